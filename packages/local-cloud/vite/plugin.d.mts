import type { Plugin } from 'vite';

/** A program that esbuild bundles into the folder `tmp` of its project. Paths are relative to `directory`. */
export interface Bundle {
  /** Absolute path of the project. */
  readonly directory: string;
  readonly entryPoints: readonly string[];
  /** Files that are copied beside the bundle. */
  readonly files?: readonly string[];
}

export interface LocalCloudOptions {
  /** Paths that Vite sends to the local distribution: `['/api', '/config.json']`. */
  readonly proxy: readonly string[];
  /** Content of the container image, with the `Dockerfile` among its `files`. */
  readonly image: Bundle;
  /** Directory of the code of a Lambda function in the output of `image`, for stacks without a container. */
  readonly functionPath?: string;
  /** CDK app with its `cdk.json`. It has been synthesized to `cdk.out`. */
  readonly app: Bundle & {
    /** TypeScript project that is checked when the app changes. */
    readonly tsConfig: string;
  };
}

/** Part of the state file. */
export interface State {
  readonly url: string;
  readonly consoleUrl: string;
  readonly users: readonly { readonly username: string; readonly password: string }[];
}

/**
 * Vite plugin that runs the local cloud behind the development server. Changes of the container's code and of the CDK app
 * are applied while it runs; Vite's overlay shows what does not compile. When the local cloud ends, Vite ends too.
 */
export function localCloud(options: LocalCloudOptions): Plugin;
