import { ProgramError } from '../errors';
import type { Executor } from '../executor';
import { buildContext } from './build-output';
import { requireEngine } from './engine';
import { requirePlatform } from './image-platform';
import type { AppOptions } from './run-contract';

type ContainerizeOptions = Pick<AppOptions, 'port' | 'env'> & { readonly context: string } & Readonly<
    Record<'tag' | 'platform' | 'from' | 'image', string | undefined>
  >;

/** Builds the container image. */
export const containerize: Executor<ContainerizeOptions> = {
  async run({ platform, from, image, port, env = {}, context: directory, ...options }, context) {
    const { terminal, interruption, projectName } = context;
    const tag = options.tag ?? image ?? projectName;
    const buildOutput = buildContext(directory, context);
    const engine = await requireEngine(context, interruption.signal);
    const args = [
      ...['build', '--tag', tag],
      ...(platform ? ['--platform', platform] : []),
      ...(from ? ['--build-arg', `NODE_IMAGE=${from}`] : []),
      buildOutput,
    ];
    terminal.print(`${engine.command} ${args.join(' ')}`);
    await engine.run(args, { show: true }).catch((error: unknown) => {
      if (!(error instanceof ProgramError)) throw error;
      const remedy = 'if it cannot pull the base image, use another: --from=<image>';
      throw new ProgramError(`${error.message}; see its output.`, remedy, error);
    });
    if (platform) await requirePlatform(engine, tag, platform);
    const variables = Object.entries(env).map(([name, value]) => ` -e ${name}=${value}`);
    terminal.print(
      `\nThe image is ${tag}. dist/sbom/${projectName}.cdx.json lists its packages.\n` +
        `Try it: ${engine.command} run --rm -p ${port}:${port}${variables.join('')} ${tag}`,
    );
  },
};
