import { runTemplateChecks } from './cli';

const { env, stdout, stderr } = process;
const forced = env['FORCE_COLOR'] !== undefined && !['', '0', 'false'].includes(env['FORCE_COLOR']);

process.exitCode = await runTemplateChecks(process.argv.slice(2), {
  stdout: (text) => void stdout.write(text),
  stderr: (text) => void stderr.write(text),
  env,
  cwd: process.cwd(),
  color: !env['NO_COLOR'] && (forced || stdout.isTTY),
});
