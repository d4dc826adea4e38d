package build

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"

	"godev.io/runtime/internal/termination"
)

// checkTarget refuses to build a program this machine cannot run. godevd itself is built for this machine.
func (b Builder) checkTarget(ctx context.Context) error {
	out, err := b.Tool.Output(ctx, "env", "-json", "GOOS", "GOARCH")
	if err != nil {
		return err
	}
	var target struct{ GOOS, GOARCH string }
	if err := json.Unmarshal([]byte(out), &target); err != nil {
		return fmt.Errorf("go env: %w", err)
	}
	if runs(target.GOOS, target.GOARCH, runtime.GOARCH) {
		return nil
	}
	remedy := "Remove GOOS and GOARCH from spec.go.env."
	if right, known := goarch[target.GOARCH]; known {
		remedy = fmt.Sprintf("Go has no GOARCH %s: its name is %s. For a program that runs here, remove GOARCH from spec.go.env.", target.GOARCH, right)
	}
	return termination.Failuref(termination.WrongArchitecture,
		"spec.go.env: the program would be built for %s/%s, and this node runs linux/%s. %s",
		target.GOOS, target.GOARCH, runtime.GOARCH, remedy)
}

// runs reports whether a Linux machine of the processor here runs programs built for goos and goarch.
func runs(goos, arch, here string) bool {
	return goos == "linux" && (arch == here || here == "amd64" && arch == "386" || here == "arm64" && arch == "arm")
}

// goarch maps names other tools have for processors to Go's.
var goarch = map[string]string{
	"armv5": "arm with GOARM=5", "armv6": "arm with GOARM=6", "armv6l": "arm with GOARM=6",
	"armv7": "arm with GOARM=7", "armv7l": "arm with GOARM=7", "armhf": "arm with GOARM=7",
	"aarch64": "arm64", "armv8": "arm64", "x86_64": "amd64", "x64": "amd64", "x86": "386", "i386": "386", "i686": "386",
}
