// Package fault runs the operator through the life of an environment while something goes wrong, and compares what comes
// of it with an undisturbed run: the objects after each step, and what was written to get there. It never judges by logs.
//
// "go test -short ./fault" is the sample for every day, "make campaign" the whole.
package fault
