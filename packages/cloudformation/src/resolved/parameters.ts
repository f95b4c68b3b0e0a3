import { z } from 'zod';
import { type MissingParameter, ParameterError } from '../errors';
import { TemplatePattern } from './pattern';
import { cfnInteger, cfnString } from './properties';

const Scalar = cfnString;

export const ParameterDeclaration = z.strictObject({
  Type: z.string(),
  Default: z.union([Scalar, z.array(Scalar).transform((values) => values.join(','))]).optional(),
  AllowedPattern: z.string().optional(),
  AllowedValues: z.array(Scalar).optional(),
  ConstraintDescription: z.string().optional(),
  Description: z.unknown().optional(),
  MaxLength: cfnInteger.optional(),
  MaxValue: z.union([z.number(), z.string().transform(Number)]).optional(),
  MinLength: cfnInteger.optional(),
  MinValue: z.union([z.number(), z.string().transform(Number)]).optional(),
  NoEcho: z.unknown().optional(),
});

export type ParameterDeclaration = z.output<typeof ParameterDeclaration>;

const KNOWN_TYPES =
  /^(String|Number|CommaDelimitedList|AWS::SSM::Parameter::Name|(List<)?(Number|String|AWS::(EC2|Route53)::[\w:]+)>?|AWS::SSM::Parameter::Value<.+>)$/;

/** True when the value is the name of a parameter in Systems Manager. */
function isSsmParameter({ Type }: ParameterDeclaration): boolean {
  return Type.startsWith('AWS::SSM::Parameter::Value<');
}

function isList({ Type }: ParameterDeclaration): boolean {
  return /^(AWS::SSM::Parameter::Value<)?(CommaDelimitedList|List<)/.test(Type);
}

/** The parts of a template that say what values its parameters may have. */
interface DeclaringTemplate {
  readonly Parameters: Readonly<Record<string, ParameterDeclaration>>;
  readonly Resources: Readonly<Record<string, unknown>>;
}

/**
 * Finds where parts of a parameter are selected, as of the assets of CDK version 1:
 * `Fn::Select: [1, {Fn::Split: ['||', {Ref: Name}]}]`. The use of the most parts comes first.
 */
function partsOf(name: string, resources: unknown): { separator: string; count: number }[] {
  const found: { separator: string; count: number }[] = [];
  JSON.stringify(resources, (_, value: { 'Fn::Select'?: [unknown, SplitParameter?] } | null | undefined) => {
    const [index, { 'Fn::Split': [separator, { Ref = '' } = {}] = [] } = {}] = value?.['Fn::Select'] ?? [];
    if (Ref === name && separator !== undefined) found.push({ separator, count: Number(index) + 1 });
    return value;
  });
  return found.sort((one, other) => other.count - one.count);
}

interface SplitParameter {
  readonly 'Fn::Split'?: [separator?: string, value?: { readonly Ref?: string }];
}

/** Parameter values of a stack: the given ones, or the defaults. */
export class Parameters {
  readonly #template: DeclaringTemplate;
  readonly #declared: Readonly<Record<string, ParameterDeclaration>>;
  readonly #given: Readonly<Record<string, string>>;
  readonly #stackName: string;
  /** Place of the values of a nested stack. */
  readonly #place: string | undefined;

  /**
   * @param place where the stack around a nested stack gives the values
   * @throws {ParameterError} with all problems, in the words of CloudFormation where possible
   */
  constructor(
    stackName: string,
    template: DeclaringTemplate,
    given: Readonly<Record<string, string>>,
    place?: string,
  ) {
    const { Parameters: declared } = template;
    this.#template = template;
    this.#stackName = stackName;
    this.#place = place;
    this.#declared = declared;
    this.#given = given;
    const problems = [...this.#unknown(), ...Object.keys(declared).flatMap((name) => this.#problems(name))];
    if (problems.length === 0) return;
    const missing = Object.keys(declared).filter((name) => this.#raw(name) === undefined);
    throw new ParameterError(
      `Stack ${stackName}: ${problems.join('\n')}`,
      missing.length === problems.length ? missing.flatMap((name) => this.#missing(name)) : [],
    );
  }

  /** Returns how to give a parameter a value. */
  #remedy(name: string): string {
    return this.#place === undefined
      ? `--parameter ${this.#stackName}.${name}=<value>`
      : `${this.#place}.${name}`;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#declared, name);
  }

  /** True when the value is known without AWS. */
  isKnown(name: string): boolean {
    const declaration = this.#declared[name];
    return declaration !== undefined && (!isSsmParameter(declaration) || name in this.#given);
  }

  /**
   * Returns the value of `Ref`.
   *
   * @throws {ParameterError} when the value exists in AWS only
   */
  valueOf(name: string, path: string): string | string[] {
    const declaration = this.#declared[name];
    if (!declaration) throw new TypeError(`${name} is not a parameter of ${this.#stackName}.`);
    if (!this.isKnown(name)) {
      throw new ParameterError(
        `${path}: the value of parameter ${name} is ${this.#raw(name) ?? 'a parameter'} in Systems Manager, which exists in AWS only. ` +
          `Set the value with ${this.#remedy(name)}.`,
        this.#missing(name),
      );
    }
    const raw = this.#raw(name) ?? '';
    if (!isList(declaration)) return raw;
    return raw === '' ? [] : raw.split(',').map((item) => item.trim());
  }

  /** Returns what a command-line option can set: nothing for a nested stack. */
  #missing(name: string): MissingParameter[] {
    if (this.#place !== undefined) return [];
    const declaration = this.#declared[name];
    // Cognito reserves these words in the prefix of a domain, whose parameter often contains them.
    const plain = `sample-${name.toLowerCase().replaceAll(/aws|amazon|cognito/g, '')}`;
    const { AllowedValues = [], MinValue = 1 } = declaration ?? {};
    const samples = [
      ...partsOf(name, this.#template.Resources).map(({ separator, count }) =>
        Array<string>(count).fill(plain).join(separator),
      ),
      ...(/ur[il]s?$/i.test(name) ? [`https://${plain}.example.com`] : []),
      plain,
      ...AllowedValues,
      String(MinValue),
      'https://sample.example.com',
      'sample@example.com',
    ];
    const sample = samples.find((value) => declaration && !brokenConstraint(declaration, value)) ?? plain;
    return [{ stackName: this.#stackName, name, sample }];
  }

  #raw(name: string): string | undefined {
    return this.#given[name] ?? this.#declared[name]?.Default;
  }

  #unknown(): string[] {
    const unknown = Object.keys(this.#given).filter((name) => !this.has(name));
    if (unknown.length === 0) return [];
    const declared = Object.keys(this.#declared).join(', ') || 'none';
    return [`Parameters: [${unknown.join(', ')}] do not exist in the template; it declares: ${declared}.`];
  }

  #problems(name: string): string[] {
    const declaration = this.#declared[name];
    if (!declaration) return [];
    if (!KNOWN_TYPES.test(declaration.Type)) {
      return [`Parameters.${name}.Type: unknown parameter type ${declaration.Type}.`];
    }
    const raw = this.#raw(name);
    if (raw === undefined) {
      return [
        `Parameters: [${name}] must have values: it has no default and no given value ` +
          `(${this.#remedy(name)}).`,
      ];
    }
    // Constraints apply to the name of a parameter in Systems Manager.
    const values = isList(declaration) && !isSsmParameter(declaration) ? raw.split(',') : [raw];
    const broken = values.flatMap((value) => brokenConstraint(declaration, value.trim()) ?? []);
    const [first] = broken;
    if (first === undefined) return [];
    const { ConstraintDescription } = declaration;
    const shown =
      declaration.NoEcho === true || declaration.NoEcho === 'true' ? '' : ` It is ${JSON.stringify(raw)}.`;
    return [
      ConstraintDescription === undefined
        ? `Parameter '${name}' ${first}.${shown}`
        : `Parameter ${name} failed to satisfy constraint: ${ConstraintDescription}.${shown}`,
    ];
  }
}

function brokenConstraint(declaration: ParameterDeclaration, value: string): string | undefined {
  const { AllowedPattern, AllowedValues, MaxLength, MaxValue, MinLength, MinValue, Type } = declaration;
  if (AllowedValues && !AllowedValues.includes(value)) {
    return `must be one of AllowedValues (${AllowedValues.join(', ')})`;
  }
  if (AllowedPattern !== undefined) {
    const pattern = wholePattern(AllowedPattern);
    if (!pattern) return `has a pattern that cannot be checked here: ${AllowedPattern}`;
    const matches = pattern.test(value);
    if (matches === 'too slow') {
      return `has a pattern that takes too long to check: ${AllowedPattern}. Write it without nested repetitions`;
    }
    if (!matches) return `must match pattern ${AllowedPattern}`;
  }
  if (MinLength !== undefined && value.length < MinLength)
    return `must contain at least ${MinLength} characters`;
  if (MaxLength !== undefined && value.length > MaxLength)
    return `must contain at most ${MaxLength} characters`;
  if (!/^(List<)?Number>?$/.test(Type)) return undefined;
  const number = value === '' ? NaN : Number(value);
  if (Number.isNaN(number)) return 'must be a number';
  if (MinValue !== undefined && number < MinValue) return `must be a number not less than ${MinValue}`;
  if (MaxValue !== undefined && number > MaxValue) return `must be a number not greater than ${MaxValue}`;
  return undefined;
}

/** Returns `undefined` for a pattern that is valid in Java, which CloudFormation uses, but not in JavaScript. */
function wholePattern(pattern: string): TemplatePattern | undefined {
  try {
    return new TemplatePattern(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
}
