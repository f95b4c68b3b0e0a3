import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { storeUnavailable } from '../errors';

/** Source of greeting ids. */
export interface GreetingIds {
  /** Returns an id that no other greeting has: a positive whole number. */
  next(): Promise<number>;
  /** Returns the highest id that is reserved. */
  last(): Promise<number>;
}

/** Ids from 1 for each process, for an API without tables. */
export class InMemoryGreetingIds implements GreetingIds {
  #last = 0;

  async next(): Promise<number> {
    return ++this.#last;
  }

  async last(): Promise<number> {
    return this.#last;
  }
}

/** Key of the item that stores the last reserved id. */
const KEY = { pk: { S: 'greeting' }, sk: { S: 'sequence' } };

/**
 * Ids that are unique among all processes, from one item of a DynamoDB table with the string keys `pk` and `sk`.
 *
 * Each process reserves a block of ids with one atomic `ADD`, because DynamoDB limits an item to 1,000 writes per second. Ids
 * that a process does not use before it ends are skipped.
 */
export class DynamoDbGreetingIds implements GreetingIds {
  #next = 1;
  #last = 0;
  #reservation: Promise<void> | undefined;

  /** @param blockSize number of ids to reserve at once */
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly blockSize: number,
  ) {}

  async next(): Promise<number> {
    while (this.#next > this.#last) await this.#reserve();
    return this.#next++;
  }

  /** Adds nothing to the last reserved id, so that it needs no permission to read. */
  async last(): Promise<number> {
    return this.#add(0);
  }

  /** Reserves a block. Requests that need one at the same time share it. */
  #reserve(): Promise<void> {
    this.#reservation ??= this.#reserveBlock().finally(() => {
      this.#reservation = undefined;
    });
    return this.#reservation;
  }

  async #reserveBlock(): Promise<void> {
    const last = await this.#add(this.blockSize);
    const first = last - this.blockSize + 1;
    if (first <= this.#last)
      throw new Error(`Table ${this.table} returned id ${first} again. Was it restored?`);
    this.#next = first;
    this.#last = last;
  }

  /** Adds to the last reserved id, and returns the sum. */
  async #add(count: number): Promise<number> {
    const command = new UpdateItemCommand({
      TableName: this.table,
      Key: KEY,
      UpdateExpression: 'ADD lastId :count',
      ExpressionAttributeValues: { ':count': { N: String(count) } },
      ReturnValues: 'UPDATED_NEW',
    });
    const { Attributes } = await this.client.send(command).catch(storeUnavailable);
    const lastId = Number(Attributes?.['lastId']?.N);
    if (!Number.isSafeInteger(lastId)) throw new Error(`Table ${this.table}: lastId is not a whole number`);
    return lastId;
  }
}
