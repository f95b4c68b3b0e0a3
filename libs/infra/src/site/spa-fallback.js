/**
 * Serves index.html for deep links of the single-page app (CF-SPA-01).
 *
 * A path without a file extension is a page of the app. A path with an extension or below /assets/ is a file; if it is
 * missing, the response is an error. `/` is rewritten like any page (CF-ROOT-05). ECMAScript 5.1 only (CFF-JS-01, -02).
 */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- CloudFront calls the global `handler` (CFF-JS-05)
function handler(event) {
  var request = event.request;
  var uri = request.uri;
  var lastSegment = uri.substring(uri.lastIndexOf('/') + 1);
  if (uri.indexOf('/assets/') !== 0 && lastSegment.indexOf('.') === -1) {
    request.uri = '/index.html';
  }
  return request;
}
