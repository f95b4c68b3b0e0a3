import { z } from 'zod';
import { poolOf } from '../lookup';
import { defineOperation } from '../operation';

/** Returns the settings of a user pool that the local cloud reads (row CG-UP-10). */
export const describeUserPool = defineOperation({
  access: 'admin',
  input: z.object({ UserPoolId: z.string() }),
  run({ UserPoolId }, call) {
    const hosted = poolOf(call, UserPoolId);
    const { pool, users } = hosted;
    const { passwordPolicy: policy, signIn } = pool;
    return {
      UserPool: {
        Id: pool.id,
        Name: pool.name,
        Arn: pool.arn,
        Domain: pool.domain?.prefix,
        EstimatedNumberOfUsers: users.all().length,
        MfaConfiguration: pool.mfa,
        UsernameAttributes: signIn.usernameAttributes,
        AliasAttributes: signIn.aliasAttributes,
        UsernameConfiguration: { CaseSensitive: signIn.caseSensitive },
        AutoVerifiedAttributes: pool.verifies,
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: !pool.selfSignUp },
        Policies: {
          SignInPolicy: {
            AllowedFirstAuthFactors: [...pool.firstFactors, ...(pool.allowsPasskeys ? ['WEB_AUTHN'] : [])],
          },
          PasswordPolicy: {
            MinimumLength: policy.minimumLength,
            RequireLowercase: policy.lowercase,
            RequireNumbers: policy.numbers,
            RequireSymbols: policy.symbols,
            RequireUppercase: policy.uppercase,
            TemporaryPasswordValidityDays: pool.temporaryPasswordDays,
          },
        },
      },
    };
  },
});
