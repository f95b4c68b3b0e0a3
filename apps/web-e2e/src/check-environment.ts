import { withDeployedStage } from './deployed-stage';
import { namedDeployment } from './deployment';

/** Ends the run before its first test when the environment names a deployment in part. */
export default function checkEnvironment(): void {
  namedDeployment(withDeployedStage(process.env));
}
