import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CdkFailedError } from '../errors';
import type { Executor } from '../executor';

/** Synthesizes one stage. */
export const synth: Executor<{ readonly stage: string; readonly capacity: string | undefined }> = {
  // `deploy`, `verify` and the others forward their options.
  ignoreUnknown: true,
  async run({ stage, capacity = '' }, { cdk, projectRoot, interruption }) {
    // Assets of earlier stages and versions would stay.
    await rm(join(projectRoot, 'cdk.out'), { recursive: true, force: true });
    const context = ['-c', `stage=${stage}`, '-c', `capacity=${capacity}`];
    const exitCode = await cdk({ args: ['synth', '--quiet', '--strict', ...context], env: {}, interruption });
    interruption.signal.throwIfAborted();
    if (exitCode !== 0)
      throw new CdkFailedError(`cdk synth failed with exit code ${exitCode}; see its output.`);
  },
};
