/** All that needs the AWS SDK, to be loaded together and only where there are tables. */
export { DynamoDbBlocks } from '../greeting/dynamodb-blocks';
export { DynamoDbHistory } from '../greetings/dynamodb-history';
export { openDynamoDb } from './open-client';
