// Package campaign holds tests of the operator that take long: on a simulated control plane, with names that come and
// go, with webhooks that change what the operator writes, with every field of the spec made otherwise.
//
// Each has a short form, which is what "go test" runs; with -campaign it takes as long as it has to.
package campaign
