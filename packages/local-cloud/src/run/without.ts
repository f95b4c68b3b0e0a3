import { ParameterError, type Template } from '@spa-on-aws/cloudformation';
import type { RunnableStack, Stacks } from './sources';

/** A feature that is left out: it only refuses requests, lets in more users, or answers from a cache. */
export interface LeftOut {
  /** With several stacks `Stack.LogicalId`. */
  readonly logicalId: string;
  readonly type: string;
  /** The feature, e.g. `web ACL`. */
  readonly feature: string;
}

/** A property that can be left out: it only makes AWS refuse requests, let in more users, or answer from a cache. */
interface Restriction {
  readonly feature: string;
  /** Type of the resources that have the property. */
  readonly holder: string;
  /** Further type by which the feature can be named. */
  readonly type?: string;
  /** Path of the property; `*` for all items of a list; empty for the whole resource. */
  readonly path: readonly string[];
  /** Item of the list that stays. */
  readonly keeps?: string;
}

const DISTRIBUTION = 'AWS::CloudFront::Distribution';
const WEB_ACL = 'AWS::WAFv2::WebACL';

/** All features that `--without` leaves out. */
export const RESTRICTIONS: readonly Restriction[] = [
  { feature: 'web ACL', holder: DISTRIBUTION, type: WEB_ACL, path: ['DistributionConfig', 'WebACLId'] },
  { feature: 'web ACL', holder: 'AWS::WAFv2::WebACLAssociation', type: WEB_ACL, path: [] },
  {
    feature: 'web ACL',
    holder: 'AWS::WAFRegional::WebACLAssociation',
    type: 'AWS::WAFRegional::WebACL',
    path: [],
  },
  {
    feature: 'geographic restriction',
    holder: DISTRIBUTION,
    path: ['DistributionConfig', 'Restrictions'],
  },
  ...[['DefaultCacheBehavior'], ['CacheBehaviors', '*']].flatMap((behavior) =>
    ['TrustedKeyGroups', 'TrustedSigners'].map((property) => ({
      feature: 'signed URLs',
      holder: DISTRIBUTION,
      type: 'AWS::CloudFront::KeyGroup',
      path: ['DistributionConfig', ...behavior, property],
    })),
  ),
  {
    feature: 'threat protection',
    holder: 'AWS::Cognito::UserPool',
    path: ['UserPoolAddOns', 'AdvancedSecurityMode'],
  },
  ...[[], ['StageDescription']].map((inside) => ({
    feature: 'cache',
    holder: `AWS::ApiGateway::${inside.length === 0 ? 'Stage' : 'Deployment'}`,
    path: [...inside, 'CacheClusterEnabled'],
  })),
  {
    feature: 'other identity providers',
    holder: 'AWS::Cognito::UserPoolClient',
    type: 'AWS::Cognito::UserPoolIdentityProvider',
    path: ['SupportedIdentityProviders'],
    keeps: 'COGNITO',
  },
];

type Json = Record<string, unknown>;

/** Values, as JSON, that restrict nothing. */
const HARMLESS =
  /^(""|\[\]|false|"false"|"OFF"|"AUDIT"|\{"GeoRestriction":\{.*"RestrictionType":"none".*\}\})$/;

/**
 * Leaves out features that can be left out: all of a resource by its logical id, or of resources of a type.
 *
 * @param names logical ids or types, as given with `--without`
 * @throws ParameterError for a name without such a feature
 */
export function leaveOut(stacks: Stacks, names: readonly string[]): Stacks {
  if (names.length === 0) return stacks;
  const used = new Set<string>();
  const isAlone = stacks.length === 1;
  const changeTemplate = (template: Template, prefix: string, leftOut: Map<string, LeftOut>): Template => {
    const Resources = structuredClone(template.Resources);
    for (const [id, { Type }] of Object.entries(template.Resources)) {
      const logicalId = prefix + id;
      for (const { feature, holder, type, path, keeps } of RESTRICTIONS) {
        const name = names.find((one) => [id, logicalId, Type, type].includes(one));
        const resource = Resources[id];
        if (holder !== Type || name === undefined || !resource) continue;
        const isThere =
          path.length === 0
            ? Reflect.deleteProperty(Resources, id)
            : removeAt(resource.Properties, path, keeps);
        if (!isThere) continue;
        used.add(name);
        leftOut.set(`${logicalId} ${feature}`, { logicalId, type: Type, feature });
      }
    }
    const nested = Object.entries(template.nested).map(([id, inner]) => [
      id,
      changeTemplate(inner, `${prefix}${id}/`, leftOut),
    ]);
    return { ...template, Resources, nested: Object.fromEntries(nested) };
  };
  const change = (stack: RunnableStack): RunnableStack => {
    const leftOut = new Map<string, LeftOut>();
    const template = changeTemplate(stack.template, isAlone ? '' : `${stack.name}.`, leftOut);
    return { ...stack, template, leftOut: [...leftOut.values()] };
  };
  const [first, ...others] = stacks;
  const changed: Stacks = [change(first), ...others.map(change)];
  const unused = names.find((name) => !used.has(name));
  if (unused !== undefined)
    throw new ParameterError(
      `--without ${unused}: there is nothing to leave out. It names a resource, or a type, with a web ACL, a geographic ` +
        'restriction, signed URLs, threat protection, a cache of API Gateway or other identity providers.',
    );
  return changed;
}

/** Removes a property. @returns false when it is not there */
function removeAt(value: unknown, [name = '', ...rest]: readonly string[], keeps?: string): boolean {
  if (name === '*')
    return Array.isArray(value) && value.map((item) => removeAt(item, rest)).some((isThere) => isThere);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
  const inner = (value as Json)[name];
  if (rest.length > 0) return removeAt(inner, rest);
  if (keeps !== undefined) {
    const kept = Array.isArray(inner) ? inner.filter((item) => item === keeps) : [];
    if (!Array.isArray(inner) || kept.length === inner.length) return false;
    (value as Json)[name] = kept;
    return true;
  }
  return !HARMLESS.test(JSON.stringify(inner)) && Reflect.deleteProperty(value, name);
}

/** Formats left-out features: `web ACL of Site`. */
export function describeLeftOut({ logicalId, feature }: LeftOut): string {
  return `${feature} of ${logicalId}`;
}
