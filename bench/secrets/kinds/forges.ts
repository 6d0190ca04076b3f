/** Tokens of forges, builds and package registries, and of AI services. */
import { draw, made, oneOf, uuid, withCrc } from '../draws.ts';
import { kinds } from '../kind.ts';

export const forges = [
  ...kinds('forge and build', 'value', [
    ['GitHub personal token', 'github token|gh token', (r) => made('gh', 'p_') + withCrc(draw(r, 'base62', 30))],
    [
      'GitHub fine-grained token',
      'github token|gh pat',
      (r) => `${made('github', '_pat_')}${draw(r, 'base62', 22)}_${draw(r, 'base62', 59)}`,
    ],
    [
      'GitHub app token',
      'installation token|github app token',
      (r) => made('gh', 's_') + withCrc(draw(r, 'base62', 30)),
    ],
    ['GitHub classic token of hexadecimals', 'github token|oauth token', (r) => draw(r, 'hex', 40)],
    ['GitLab token', 'gitlab token|private token', (r) => made('gl', 'pat-') + draw(r, 'base62', 20)],
    ['GitLab runner token', 'runner token|registration token', (r) => made('gl', 'rt-') + draw(r, 'base62', 20)],
    [
      'Bitbucket app password',
      'bitbucket app password',
      (r) => made('AT', 'BB') + draw(r, 'base62', 24) + draw(r, 'upperHex', 8),
    ],
    ['Gitea token', 'gitea token|forge token', (r) => draw(r, 'hex', 40)],
    [
      'CircleCI token',
      'circle token|circleci token',
      (r) => `${made('CCI', 'PRJ_')}${draw(r, 'base58', 22)}_${draw(r, 'hex', 40)}`,
    ],
    ['Buildkite token', 'buildkite api token', (r) => made('bk', 'ua_') + draw(r, 'hex', 40)],
    ['Jenkins token', 'jenkins api token|jenkins token', (r) => `11${draw(r, 'hex', 32)}`],
    ['Travis token', 'travis token', (r) => draw(r, 'base62', 22)],
    ['Codecov token', 'codecov token', (r) => uuid(r)],
    ['SonarQube token', 'sonar token', (r) => made('sq', oneOf(r, ['p_', 'a_', 'u_'])) + draw(r, 'hex', 40)],
    ['Snyk token', 'snyk token', (r) => uuid(r)],
    ['Sentry auth token', 'sentry auth token', (r) => made('snt', 'ryu_') + draw(r, 'hex', 64)],
    ['Postman key', 'postman api key', (r) => `${made('PM', 'AK-')}${draw(r, 'hex', 24)}-${draw(r, 'hex', 34)}`],
    ['Pulumi token', 'pulumi access token', (r) => made('pu', 'l-') + draw(r, 'hex', 40)],
  ]),
  ...kinds('registry', 'value', [
    ['npm token', 'npm token|node auth token', (r) => made('np', 'm_') + withCrc(draw(r, 'base62', 30))],
    ['npm legacy token', 'npm token|registry token', (r) => uuid(r)],
    [
      'PyPI token',
      'pypi token|twine password',
      (r) => {
        const secret = draw(r, 'base64url', 140);
        return [made('py', 'pi-', 'AgEI', 'cHlwaS5vcmcC') + secret, secret];
      },
    ],
    ['RubyGems key', 'rubygems api key', (r) => made('ruby', 'gems_') + draw(r, 'hex', 48)],
    ['crates.io token', 'cargo registry token', (r) => made('ci', 'o') + draw(r, 'base62', 32)],
    ['NuGet key', 'nuget api key', (r) => made('oy', '2') + draw(r, 'lowerDigits', 43)],
    ['Docker Hub token', 'docker token|dockerhub password', (r) => made('dckr', '_pat_') + draw(r, 'base64url', 27)],
    ['Artifactory key', 'artifactory api key', (r) => made('AK', 'Cp') + draw(r, 'base62', 69)],
    ['Clojars token', 'clojars token', (r) => made('CLO', 'JARS_') + draw(r, 'hex', 60)],
  ]),
  ...kinds('AI', 'value', [
    [
      'OpenAI key',
      'openai api key',
      (r) => `${made('sk-', 'proj-')}${draw(r, 'base64url', 74)}${made('T3B', 'lbkFJ')}${draw(r, 'base64url', 74)}`,
    ],
    ['Anthropic key', 'anthropic api key', (r) => `${made('sk-', 'ant-', 'api03-')}${draw(r, 'base64url', 93)}AA`],
    ['Hugging Face token', 'hf token|hugging face token', (r) => made('h', 'f_') + draw(r, 'base62', 34)],
    ['Replicate token', 'replicate api token', (r) => made('r', '8_') + draw(r, 'base62', 37)],
    ['Groq key', 'groq api key', (r) => made('gs', 'k_') + draw(r, 'base62', 52)],
    ['Cohere key', 'cohere api key', (r) => draw(r, 'base62', 40)],
    ['Mistral key', 'mistral api key', (r) => draw(r, 'base62', 32)],
    ['OpenRouter key', 'openrouter api key', (r) => made('sk-', 'or-', 'v1-') + draw(r, 'hex', 64)],
    ['DeepSeek key', 'deepseek api key', (r) => made('s', 'k-') + draw(r, 'hex', 32)],
    ['xAI key', 'xai api key', (r) => made('xa', 'i-') + draw(r, 'base62', 80)],
    ['Weights & Biases key', 'wandb api key', (r) => draw(r, 'hex', 40)],
    ['Pinecone key', 'pinecone api key', (r) => `${made('pc', 'sk_')}${draw(r, 'base62', 6)}_${draw(r, 'base62', 63)}`],
    ['ElevenLabs key', 'elevenlabs key|xi api key', (r) => made('s', 'k_') + draw(r, 'hex', 48)],
    ['Azure OpenAI key', 'azure openai key|openai key', (r) => draw(r, 'hex', 32)],
    ['AWS Bedrock key', 'bedrock api key', (r) => made('ABS', 'K') + draw(r, 'base64', 128)],
  ]),
];
