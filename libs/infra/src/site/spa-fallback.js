/**
 * Answers deep links of the single-page app with its page (CF-SPA-01).
 *
 * A path without an extension is a page of the app; a path with one, and everything below /assets/, is a file that
 * is there or is an error. `/` and `/index.html` come out alike (CF-ROOT-05). ECMAScript 5.1 only (CFF-JS-01, -02).
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
