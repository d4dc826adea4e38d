package build

import (
	"fmt"
	"slices"
	"strings"

	"godev.io/runtime/internal/envvars"
)

// Instrument is what the compiler adds to the program: spec.run.instrument.
type Instrument string

// The instruments.
const (
	None     Instrument = "None"
	Race     Instrument = "Race"
	Coverage Instrument = "Coverage"
)

// Kind is how a program is built. The zero Kind adds nothing.
type Kind struct {
	Instrument Instrument
	// Debug leaves out optimizations, which would hide variables and lines from a debugger.
	Debug bool
}

// CheckInstrument returns an error if there is no such instrument.
func CheckInstrument(name string) error {
	if !slices.Contains([]Instrument{None, Race, Coverage}, Instrument(name)) {
		return fmt.Errorf("has to be None, Race or Coverage, not %q", name)
	}
	return nil
}

func (k Kind) String() string {
	var words []string
	if k.Instrument != None && k.Instrument != "" {
		words = append(words, string(k.Instrument))
	}
	if k.Debug {
		words = append(words, "Debug")
	}
	return strings.Join(words, ",")
}

// flags are those of go build. The last -gcflags that fits a package counts, so the user's own are in it; of -ldflags
// there is one for all, and the user's stays.
func (k Kind) flags(env envvars.Vars) []string {
	var flags []string
	switch k.Instrument {
	case Race:
		flags = append(flags, "-race")
	case Coverage:
		flags = append(flags, "-cover")
	}
	if k.Debug {
		flags = append(flags, "-gcflags=all=-N -l")
		if users := env.GoFlag("gcflags"); users != "" {
			flags = append(flags, "-gcflags="+users+" -N -l")
		}
		if env.HasGoFlag("trimpath") {
			flags = append(flags, "-trimpath=false")
		}
		if !env.HasGoFlag("ldflags") {
			flags = append(flags, "-ldflags=-compressdwarf=false") // compressing takes time and helps nobody
		}
	}
	return flags
}
