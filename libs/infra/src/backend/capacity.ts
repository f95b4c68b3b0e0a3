/** What the API's containers run on: virtual machines of the stage's own, or AWS Fargate. */
export type Capacity = (typeof CAPACITIES)[number];

/** Every {@link Capacity}, the default first. */
export const CAPACITIES = ['ec2', 'fargate'] as const;
