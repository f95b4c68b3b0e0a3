import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is known about a deployed stage, for people and for `web-e2e`. */
export interface StageOutputs {
  readonly stage: string;
  readonly stack: string;
  readonly account: string;
  readonly region: string;
  /** The stack's outputs: `SiteUrl`, `UserPoolId`, … */
  readonly outputs: Readonly<Record<string, string>>;
}

/** Where a stage's outputs are kept; git ignores the directory. */
export function outputsFile(directory: string, stage: string): string {
  return join(directory, 'outputs', `${stage}.json`);
}

/** Writes a stage's outputs, and says where. */
export async function writeOutputs(directory: string, outputs: StageOutputs): Promise<string> {
  const file = outputsFile(directory, outputs.stage);
  await mkdir(join(directory, 'outputs'), { recursive: true });
  await writeFile(file, `${JSON.stringify(outputs, null, 2)}\n`);
  return file;
}

/** Forgets a stage that is gone. */
export async function removeOutputs(directory: string, stage: string): Promise<void> {
  await rm(outputsFile(directory, stage), { force: true });
}
