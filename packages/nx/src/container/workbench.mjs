import { findEngine } from './engine.mjs';
import { ImageUnavailableError, NoEngineError } from './errors.mjs';
import { makeEmptyArmImage, makeNodeImage, makeRegistryImage } from '../../../../tools/ci/made-images.mjs';
import { startOwnEngine } from '../../../../tools/ci/own-engine.mjs';

const REGISTRY_IMAGE = 'public.ecr.aws/docker/library/registry:2';

const PULL_LIMIT_MS = 90_000;

/**
 * An engine in which the base image and a registry are at hand.
 *
 * @typedef {object} Workbench
 * @property {import('./engine.mjs').Engine} engine
 * @property {string} registryImage
 * @property {() => Promise<void>} prepareArm gets the base image for ARM, where the engine cannot pull it
 */

/**
 * @typedef {object} Surroundings
 * @property {NodeJS.ProcessEnv} env
 * @property {string} directory for what is only needed meanwhile
 * @property {import('./cleanup.mjs').Cleanup} cleanup
 * @property {AbortSignal} signal
 * @property {(text: string) => void} print tells what takes long
 */

/**
 * Takes the engine of this machine if it has the images or can pull them, else a Docker for this run only. Only for the
 * latter images are made: in an engine that others use they would be taken for the public ones.
 *
 * @param {string} nodeImage
 * @param {Surroundings} surroundings
 * @returns {Promise<Workbench>}
 * @throws {NoEngineError} with all the reasons why there is none
 */
export async function provideWorkbench(nodeImage, surroundings) {
  const { env, signal, print } = surroundings;
  let named = false;
  const reasons = [];
  try {
    const engine = await findEngine(env, signal);
    named = engine.named;
    print(`The engine is ${engine.command}.`);
    return await pullInto(engine, nodeImage, print);
  } catch (error) {
    if (!(error instanceof NoEngineError || error instanceof ImageUnavailableError)) throw error;
    reasons.push(error.message);
  }
  if (named) throw new NoEngineError(reasons.join('\n'));
  try {
    print('The engine is a Docker for this run only, from the packages of Debian …');
    return await provideOwnWorkbench(nodeImage, surroundings);
  } catch (error) {
    if (!(error instanceof NoEngineError)) throw error;
    throw new NoEngineError([...reasons, error.message].join('\n'));
  }
}

/**
 * @param {string} nodeImage
 * @param {Surroundings} surroundings
 * @returns {Promise<Workbench>}
 */
async function provideOwnWorkbench(nodeImage, { directory, cleanup, signal, print }) {
  const engine = await startOwnEngine(directory, cleanup, signal);
  try {
    return await pullInto(engine, nodeImage, print);
  } catch (error) {
    if (!(error instanceof ImageUnavailableError)) throw error;
    print(`${error.message}\nMaking it and ${REGISTRY_IMAGE} from packages of npm and Debian …`);
  }
  await makeNodeImage(engine, nodeImage, directory, signal);
  await makeRegistryImage(engine, REGISTRY_IMAGE, directory, signal);
  const prepareArm = () => makeEmptyArmImage(engine, nodeImage, directory, signal);
  return { engine, registryImage: REGISTRY_IMAGE, prepareArm };
}

/**
 * @param {import('./engine.mjs').Engine} engine
 * @param {string} nodeImage
 * @param {(text: string) => void} print
 * @returns {Promise<Workbench>}
 * @throws {ImageUnavailableError}
 */
async function pullInto(engine, nodeImage, print) {
  for (const image of [nodeImage, REGISTRY_IMAGE]) {
    if (!(await engine.attempt(['image', 'inspect', image]))) continue;
    print(`Pulling ${image} …`);
    const fault = await engine.attempt(['pull', image], { limitMs: PULL_LIMIT_MS });
    if (fault)
      throw new ImageUnavailableError(`${image} cannot be pulled: ${fault.message}`, { cause: fault });
  }
  return { engine, registryImage: REGISTRY_IMAGE, prepareArm: async () => {} };
}
