import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});
const TableName = process.env.TABLE;

export const handler = async ({ httpMethod, pathParameters, body, requestContext }) => {
  const { id } = pathParameters;
  if (httpMethod === 'PUT') {
    await client.send(
      new PutItemCommand({ TableName, Item: { id: { S: id }, text: { S: JSON.parse(body).text } } }),
    );
    // eslint-disable-next-line no-console -- the log of the function
    console.log('saved', id);
    return { statusCode: 204 };
  }
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
  if (!Item) return { statusCode: 404, body: JSON.stringify({ message: 'no such note' }) };
  const { principalId, plan, limit } = requestContext.authorizer;
  return {
    statusCode: 200,
    headers: { 'Cache-Control': 'no-store' },
    body: JSON.stringify({ text: Item.text.S, principalId, plan, limit }),
  };
};
