import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ProgramError, run, succeeds, unpackDebianPackages } from './programs.mjs';

/** Debian's name of this machine's architecture in library directories. */
const LIBRARIES = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';

/** The daemon does not change the network of its namespace. */
const NETWORK = ['bridge=none', 'iptables=false', 'ip6tables=false', 'ip-masq=false', 'ip-forward=false'];

const PATHS = ['usr/sbin', 'usr/bin', 'sbin', 'bin'];

const START_LIMIT_MS = 30_000;

/**
 * Starts a Docker daemon from Debian's packages, which are unpacked into `directory` but not installed.
 *
 * It has its own mount, process and network namespaces, so that mounts, containers and interfaces end with it and the
 * machine's network (such as the bridge docker0 of another daemon) does not change.
 *
 * @returns environment of programs that use it, and a command that runs another one in its network, without internet
 * @throws {ProgramError} when this machine does not allow it
 */
export async function startDockerDaemon(directory, signal) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new ProgramError('a Docker daemon needs Debian, and root.');
  const programs = join(directory, 'docker');
  await unpackDebianPackages(['docker.io', 'iproute2'], programs, { withDependencies: true, signal });

  const state = join(directory, 'daemon');
  await mkdir(state);
  const socket = `unix://${join(state, 'docker.sock')}`;
  const env = {
    ...process.env,
    PATH: [...PATHS.map((path) => join(programs, path)), process.env['PATH']].join(delimiter),
    LD_LIBRARY_PATH: ['usr/lib', 'lib'].map((lib) => join(programs, lib, LIBRARIES)).join(delimiter),
    CONTAINER_ENGINE: 'docker',
    DOCKER_HOST: socket,
    DOCKER_CONFIG: join(state, 'config'),
    DOCKER_BUILDKIT: '1',
  };
  const log = await open(join(state, 'log'), 'w');
  const daemon = spawn(
    'setpriv',
    [
      // The kernel kills the daemon when this process ends, for whatever reason.
      ...['--pdeathsig', 'KILL'],
      ...['unshare', '--net', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child'],
      ...['dockerd', '--host', socket, '--pidfile', join(state, 'pid')],
      ...['--data-root', join(state, 'data'), '--exec-root', join(state, 'exec')],
      ...NETWORK.map((setting) => `--${setting}`),
    ],
    { env, detached: true, stdio: ['ignore', log.fd, log.fd] },
  );
  let hasEnded = false;
  const ended = new Promise((resolve) => daemon.once('error', resolve).once('close', resolve));
  void ended.then(() => (hasEnded = true));
  const stop = async () => {
    // `unshare` waits for the daemon, its child, and then ends itself.
    const file = `/proc/${daemon.pid}/task/${daemon.pid}/children`;
    const children = await readFile(file, 'utf8').catch(() => '');
    for (const pid of children.trim().split(' ').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
    if (!children) daemon.kill('SIGKILL');
    await ended;
    await log.close();
  };

  const namespace = [`--net=/proc/${daemon.pid}/ns/net`, '--'];
  try {
    const end = Date.now() + START_LIMIT_MS;
    let responds = false;
    while (!responds && !hasEnded && Date.now() < end) {
      await delay(200, undefined, { signal });
      responds = await succeeds('docker', ['info'], { env, signal });
    }
    if (!responds || hasEnded) {
      const lines = (await readFile(join(state, 'log'), 'utf8')).trim().split('\n').slice(-5).join('\n  ');
      throw new ProgramError(`the Docker daemon ${hasEnded ? 'ended' : 'does not respond'}:\n  ${lines}`);
    }
    await run('nsenter', [...namespace, 'ip', 'link', 'set', 'lo', 'up'], { env, signal });
  } catch (error) {
    await stop();
    throw error;
  }
  return { env, enter: ['nsenter', ...namespace], stop };
}
