import { deploymentFollows } from './api-gateway/deployment-rules';
import { jsonWithoutCors, methodsFit, regionalApi, scopeOnEveryMethod } from './api-gateway/method-rules';
import {
  apiIsNotCached,
  bucketsArePrivate,
  configIsFresh,
  errorsStay,
  httpsOnly,
  methodSets,
  originsFit,
  policiesExist,
  rootObject,
  siteIsThere,
} from './cloudfront/behavior-rules';
import { deepLinks, functionsAssociate, functionsRun } from './cloudfront/function-rules';
import { contentSecurityPolicy, headersAreTaken, securityHeaders } from './cloudfront/response-headers-rules';
import {
  codeFlowOnly,
  domainPrefix,
  logoutAndRenewal,
  managedLogin,
  noLaptop,
  ownPool,
  ownSiteOnly,
  returnUrls,
  strongPasswords,
  tokenLifetimes,
} from './cognito/sign-in-rules';
import { oneOwner, openPagesLive } from './content/content-rules';
import {
  hostsAreReplaceable,
  hostsUpdate,
  loadBalancersFit,
  servicesRegister,
  tasksFit,
} from './ecs/service-rules';
import {
  authorizedRoad,
  everythingIsKnown,
  integrationsStayPrivate,
  noSpareOpening,
  oneMeaning,
  onlyRoad,
} from './reachability/rules';
import type { Rule } from './rule';
import { globalResources } from './stack/global-rules';
import {
  anywhere,
  leavesNothing,
  logsExpire,
  namesFit,
  onePass,
  referencesResolve,
  templateFits,
} from './stack/lifecycle-rules';
import { firewallsFit, logBucketsTakeLogs, logsHaveARole, tablesFit } from './stack/service-limits-rules';

/** Everything that is proved on a template, group by group. */
export const RULES: readonly Rule[] = [
  onlyRoad,
  authorizedRoad,
  noSpareOpening,
  integrationsStayPrivate,
  everythingIsKnown,
  oneMeaning,

  policiesExist,
  methodSets,
  rootObject,
  originsFit,
  headersAreTaken,
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
  logsHaveARole,
  logBucketsTakeLogs,
  tablesFit,
  firewallsFit,
  referencesResolve,
  namesFit,
  templateFits,

  siteIsThere,
  httpsOnly,
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
];
