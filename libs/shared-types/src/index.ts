export * from './api';
export * from './greetings';
export * from './operation';
export * from './runtime-config';
export * from './site';
export * from './statistics';
