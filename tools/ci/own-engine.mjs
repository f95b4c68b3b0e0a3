import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { unpackDebianPackages } from './debian-packages.mjs';
import { containerEngine } from '@spa-on-aws/nx';
import { CommandError, NoEngineError } from '@spa-on-aws/nx';
import { until } from '@spa-on-aws/nx';

/** Debian's name for this machine's kind of libraries. */
const LIBRARIES = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';

/** Leaves the machine's network alone: no default bridge, no firewall rules, no forwarding. */
const NETWORK = [
  '--bridge=none',
  '--iptables=false',
  '--ip6tables=false',
  '--ip-masq=false',
  '--ip-forward=false',
];

/**
 * Starts a Docker daemon for this run only: Debian's packages unpacked into `directory`, not installed, with socket and
 * data there, in mount and process namespaces of its own, so that mounts and containers go with it.
 *
 * @param {string} directory
 * @param {import('@spa-on-aws/nx').Cleanup} cleanup is told how to stop it
 * @param {AbortSignal} signal
 * @returns {Promise<import('@spa-on-aws/nx').Engine>}
 * @throws {NoEngineError} with the reason, when this machine does not allow it
 */
export async function startOwnEngine(directory, cleanup, signal) {
  /** @param {string} reason */
  const refusal = (reason) => new NoEngineError(`A Docker for this run only cannot be started: ${reason}`);
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw refusal('it takes Debian, and root.');

  const programs = join(directory, 'docker');
  try {
    await unpackDebianPackages(['docker.io'], programs, { withMissing: true, signal });
  } catch (error) {
    throw error instanceof CommandError ? refusal(error.message) : error;
  }

  const state = join(directory, 'daemon');
  await mkdir(state);
  const socket = `unix://${join(state, 'docker.sock')}`;
  const env = {
    ...process.env,
    PATH: [join(programs, 'usr/sbin'), join(programs, 'usr/bin'), process.env['PATH']].join(delimiter),
    LD_LIBRARY_PATH: ['usr/lib', 'lib'].map((lib) => join(programs, lib, LIBRARIES)).join(delimiter),
    DOCKER_HOST: socket,
    DOCKER_CONFIG: join(state, 'config'),
    DOCKER_BUILDKIT: '1',
  };
  const logFile = join(state, 'log');
  const log = await open(logFile, 'w');
  // The first two words kill the daemon with this process, however this process ends.
  const daemon = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      'unshare',
      '--mount',
      '--pid',
      '--mount-proc',
      '--fork',
      '--kill-child',
      'dockerd',
    ]
      .concat(['--host', socket, '--pidfile', join(state, 'pid')])
      .concat(['--data-root', join(state, 'data'), '--exec-root', join(state, 'exec')])
      .concat(NETWORK),
    { env, detached: true, stdio: ['ignore', log.fd, log.fd] },
  );
  const ended = new Promise((resolve) => daemon.once('error', resolve).once('close', resolve));
  cleanup.defer(async () => {
    // unshare, which waits for the daemon and sees it off, unless it has not come as far as starting it.
    const children = await readFile(`/proc/${daemon.pid}/task/${daemon.pid}/children`, 'utf8').catch(
      () => '',
    );
    if (children) for (const pid of children.trim().split(' ')) process.kill(Number(pid), 'SIGKILL');
    else daemon.kill('SIGKILL');
    await ended;
    await log.close();
  });

  const engine = containerEngine('docker', env, signal);
  let over = false;
  void ended.then(() => (over = true));
  if (!(await until(async () => over || !(await engine.attempt(['info'])))) || over) {
    const lines = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-5).join('\n  ');
    throw refusal(`the daemon ${over ? 'ended' : 'does not answer'}:\n  ${lines}`);
  }
  return engine;
}
