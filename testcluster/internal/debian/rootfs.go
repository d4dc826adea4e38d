package debian

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// Suite is the release that the official Go image of the same name is made from.
const Suite = "bookworm"

// RootFS is a root file system to be made by mmdebstrap.
type RootFS struct {
	Variant  string // mmdebstrap's: "essential" (a small Debian) or "extract" (only the packages' files)
	Packages []string
}

// Recipe names everything that decides the result, for a cache key.
func (r RootFS) Recipe() string {
	return Suite + " " + r.Variant + " " + strings.Join(r.Packages, ",") + " " + strings.Join(r.options(), " ")
}

func (r RootFS) options() []string {
	var o []string
	// Manuals, translations and package lists are of no use in a container.
	for _, path := range []string{"/usr/share/man/*", "/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*"} {
		if r.Variant == "extract" {
			break // dpkg, which reads this option, does not unpack here
		}
		o = append(o, "--dpkgopt=path-exclude="+path)
	}
	return o
}

// Make writes the root file system to a tar.
func (r RootFS) Make(ctx context.Context, path string) error {
	args := append([]string{"--quiet", "--mode=root", "--format=tar", "--variant=" + r.Variant,
		"--include=" + strings.Join(r.Packages, ",")}, r.options()...)
	args = append(args, Suite, path)
	cmd := exec.CommandContext(ctx, "mmdebstrap", args...)
	// mmdebstrap gives all files the time SOURCE_DATE_EPOCH when it is set: the same packages make the same tar.
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("mmdebstrap %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}
