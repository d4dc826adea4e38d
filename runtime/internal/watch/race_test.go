//go:build race

package watch

// raceDetector says that looking at files costs several times what it does in the pod.
const raceDetector = true
