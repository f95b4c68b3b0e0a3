exports.handler = async () => {
  const { TABLE, GREETING } = process.env;
  return { statusCode: 200, body: `${GREETING}, table ${TABLE}` };
};
