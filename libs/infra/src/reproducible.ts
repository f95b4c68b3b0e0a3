import type { AppProps } from 'aws-cdk-lib/core';

/**
 * App properties under which the same input gives the same assembly, whoever synthesizes it and in whichever
 * directory: no statistics about the constructs used or the time they took, no construct tree, no stack traces with paths.
 *
 * `CDK_DEBUG=true` brings the traces back.
 */
export const REPRODUCIBLE: AppProps = {
  analyticsReporting: false,
  performanceReporting: false,
  treeMetadata: false,
  stackTraces: false,
  context: { 'aws:cdk:disable-creation-stack-traces': true },
};
