import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
} from 'aws-cdk-lib';
import type { Finding } from './rule';

/** CDK plugins cannot wait for the rules, so the command line runs them. */
const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface JsonReport {
  readonly rules: readonly {
    readonly id: string;
    readonly proves: string;
    readonly findings: readonly (Finding & {
      readonly templateFile?: string;
      readonly pathInFile?: string;
    })[];
  }[];
}

/**
 * Checks the templates of a CDK app when it is synthesized. The CDK prints each finding with its construct.
 *
 * @example
 * import { Validations } from 'aws-cdk-lib';
 *
 * Validations.of(app).addPlugins(new TemplateChecks());
 */
export class TemplateChecks implements IPolicyValidationPlugin {
  readonly name = 'template-checks';

  /** @param only id or group of the rules to check. Default: all rules */
  constructor(private readonly only?: string) {}

  validate({ templatePaths }: Pick<IPolicyValidationContext, 'templatePaths'>): PolicyValidationPluginReport {
    const violations = templatePaths.flatMap((templatePath) =>
      this.#report(templatePath).rules.flatMap(({ id, proves, findings }) =>
        findings.map(({ path, problem, remedy, pathInFile = path, templateFile = templatePath }) => ({
          ruleName: id,
          description: `${proves}: ${problem}`,
          fix: remedy,
          severity: 'error',
          violatingResources: [
            {
              resourceLogicalId: pathInFile.split('.')[1] ?? '',
              locations: [path],
              templatePath: templateFile,
            },
          ],
        })),
      ),
    );
    return { success: violations.length === 0, violations };
  }

  #report(templatePath: string): JsonReport {
    const only = this.only === undefined ? [] : ['--only', this.only];
    const args = [PROGRAM, 'verify', '--template', templatePath, '--json', '--skip-cfn-lint', ...only];
    try {
      return JSON.parse(
        execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 }),
      ) as JsonReport;
    } catch (error) {
      // It exits with 1 when it finds something, and prints the same report.
      const { status, stdout } = error as { status?: number; stdout?: string };
      if (status !== 1 || !stdout) throw error;
      return JSON.parse(stdout) as JsonReport;
    }
  }
}
