import { withDeployedStage } from './deployed-stage';
import { namedDeployment } from './deployment';

/** Fails before the first test when the environment is incomplete. */
export default function checkEnvironment(): void {
  namedDeployment(withDeployedStage(process.env));
}
