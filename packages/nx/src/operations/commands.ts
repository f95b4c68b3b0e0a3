import { cost } from '@spa-on-aws/template-checks';
import { verifyStage } from '@spa-on-aws/template-checks';
import { bootstrap } from './bootstrap/bootstrap';
import type { Command } from './command-line/command';
import { deploy } from './deploy/deploy';
import { destroy } from './destroy/destroy';
import { diff } from './diff/diff';
import { deploySite } from './site/deploy-site';
import { user } from './users/user';

/** All commands, in the order in which people meet them. Each is an Nx executor, see `executors/`. */
export const COMMANDS = [
  verifyStage,
  cost,
  bootstrap,
  deploy,
  user,
  deploySite,
  diff,
  destroy,
] as readonly unknown[] as readonly Command[];
