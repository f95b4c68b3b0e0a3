import { namedDeployment } from './deployment';

/** Ends the run before its first test when the environment names a deployment in part. */
export default function checkEnvironment(): void {
  namedDeployment(process.env);
}
