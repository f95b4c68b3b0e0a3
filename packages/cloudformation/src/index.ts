export {
  type BootstrapRequirement,
  type FileAsset,
  type ImageAsset,
  readAssembly,
  readTemplateFile,
  readYamlOrJson,
  selectStack,
  type StackAssembly,
  type TemplateTree,
} from './assembly';
export * from './cloudfront-functions';
export { CHECKED_TYPES, type CreationFault, creationFaults } from './creation';
export { Dependencies } from './document/dependencies';
export { mergeNested } from './document/merge-nested';
export { TemplateDocument, type TemplateResource } from './document/template-document';
export { longestLength, Value } from './document/value';
export * from './errors';
export { BUCKET_DEPLOYMENT, isDeployed, keyPrefix } from './facts/bucket-deployments';
export { literalDomainPrefixProblem } from './facts/cognito-domain-prefix';
export { MANAGED_POLICIES, managedPolicyName, type PolicyKind } from './facts/managed-policies';
export { isFixedResponseHeader } from './facts/response-headers';
export { supportsVpcLink } from './facts/vpc-link-zones';
export { coverageOf, type CoveredProperty, type Treatment } from './resolved/coverage';
export { TemplatePattern } from './resolved/pattern';
export { cfnBoolean, cfnInteger, cfnString, hasNoEffect, withoutEffect } from './resolved/properties';
export { readProperties, type UnknownProperty } from './resolved/reading';
export {
  derivedUuid,
  type Reading,
  type Resource,
  type ResourceIdentity,
  type ResourceType,
  type ResourceTypes,
  type StackOptions,
} from './resolved/resolved-template';
export { type MatchedParameter, Stack } from './resolved/stack';
export { checkTemplate, parseTemplate, type Template } from './resolved/template';
export { PLAIN_WORDS } from './schema-messages';
