import { modernTls, throttleFitsTasks } from './api-gateway/protection-rules';
import { deploymentFollows } from './api-gateway/deployment-rules';
import {
  jsonWithoutCors,
  methodsFit,
  publicMethodsAsDeclared,
  regionalApi,
  scopeOnEveryMethod,
} from './api-gateway/method-rules';
import { creatable, originsFit, policiesExist, rootObject } from './cloudfront/behavior-rules';
import { bucketsArePrivate } from './cloudfront/bucket-rules';
import { deepLinks, functionsAssociate, functionsRun } from './cloudfront/function-rules';
import { contentSecurityPolicy, securityHeaders } from './cloudfront/response-headers-rules';
import { apiIsNotCached, configIsFresh, errorsStay, httpsOnly, siteIsThere } from './cloudfront/site-rules';
import { codeFlowOnly, logoutAndRenewal, tokenLifetimes } from './cognito/client-rules';
import { domainPrefix, managedLogin, ownPool, strongPasswords } from './cognito/pool-rules';
import { noLaptop, ownSiteOnly, returnUrls } from './cognito/return-url-rules';
import { oneOwner, openPagesLive } from './content/content-rules';
import { instancesHoldTasks } from './ecs/instance-rules';
import {
  hostsAreReplaceable,
  hostsUpdate,
  loadBalancersFit,
  servicesRegister,
  tasksFit,
} from './ecs/service-rules';
import {
  authorizedPathReachesContainer,
  onlyKnownResourceTypes,
  integrationsUseVpcLink,
  noUnusedEntryPoints,
  templateIsUnconditional,
  reachableOnlyThroughAuthorizer,
} from './reachability/rules';
import { flatRatePlan } from './cost/plans';
import type { Rule } from './rule';
import { globalResources } from './stack/global-rules';
import { leavesNothing, logsExpire, onePass } from './stack/lifecycle-rules';
import { alarmsReachSomeone, invalidationsAreBound } from './stack/operation-rules';
import { firewallsFit, logBucketsTakeLogs, logsHaveARole, tablesFit } from './stack/service-limits-rules';
import {
  anywhere,
  namesFit,
  nestedStacksRead,
  referencesResolve,
  templateFits,
} from './stack/template-rules';

/** All rules, group by group. */
export const RULES: readonly Rule[] = [
  reachableOnlyThroughAuthorizer,
  authorizedPathReachesContainer,
  noUnusedEntryPoints,
  integrationsUseVpcLink,
  onlyKnownResourceTypes,
  templateIsUnconditional,

  policiesExist,
  creatable,
  rootObject,
  originsFit,
  functionsRun,
  functionsAssociate,
  globalResources,
  methodsFit,
  regionalApi,
  deploymentFollows,
  returnUrls,
  domainPrefix,
  managedLogin,
  tokenLifetimes,
  servicesRegister,
  tasksFit,
  loadBalancersFit,
  hostsUpdate,
  instancesHoldTasks,
  logsHaveARole,
  logBucketsTakeLogs,
  tablesFit,
  firewallsFit,
  referencesResolve,
  namesFit,
  templateFits,
  nestedStacksRead,

  siteIsThere,
  flatRatePlan,
  httpsOnly,
  modernTls,
  bucketsArePrivate,
  securityHeaders,
  contentSecurityPolicy,
  errorsStay,
  deepLinks,
  apiIsNotCached,
  jsonWithoutCors,
  configIsFresh,
  oneOwner,
  openPagesLive,

  scopeOnEveryMethod,
  publicMethodsAsDeclared,
  codeFlowOnly,
  ownSiteOnly,
  noLaptop,
  ownPool,
  logoutAndRenewal,
  strongPasswords,

  onePass,
  anywhere,
  hostsAreReplaceable,
  leavesNothing,
  logsExpire,
  throttleFitsTasks,
  alarmsReachSomeone,
  invalidationsAreBound,
];
