import type { AppProps } from 'aws-cdk-lib/core';

/**
 * App properties under which the same input gives the same assembly, whoever synthesizes it and in whichever
 * directory: no statistics about the constructs used, no construct tree, no stack traces with paths in them.
 *
 * `CDK_DEBUG=true` brings the traces back.
 */
export const REPRODUCIBLE: AppProps = {
  analyticsReporting: false,
  treeMetadata: false,
  stackTraces: false,
  context: { 'aws:cdk:disable-creation-stack-traces': true },
};
