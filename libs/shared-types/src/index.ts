export * from './api';
export * from './greeting';
export * from './greetings';
export * from './health';
export * from './operation';
export * from './paths';
export * from './problem';
export * from './runtime-config';
