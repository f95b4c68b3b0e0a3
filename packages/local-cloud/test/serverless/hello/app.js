let calls = 0;

exports.lambdaHandler = async (event) => ({
  statusCode: 200,
  headers: { 'Content-Type': 'text/plain' },
  body: `hello ${event.version === '2.0' ? event.rawPath : event.path}, call ${++calls}`,
});
