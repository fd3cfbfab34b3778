export default { displayName: 'exec-stream', preset: '../../jest.preset.js' };
