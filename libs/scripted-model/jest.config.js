export default { displayName: 'scripted-model', preset: '../../jest.preset.js' };
