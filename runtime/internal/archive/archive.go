// Package archive keeps a workspace as one file on a volume, and makes a workspace of it again.
//
// The file is a tar of PAX records under gzip, which tar -xzf reads too. Each regular file's header carries the SHA-256 of
// its content. A manifest beside it, which is written last, says that it is whole: without one there is no archive.
package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"godev.io/runtime/internal/termination"
	"godev.io/runtime/internal/workspace"
)

// Names on the volume of the archive.
const (
	manifestName = "archive.json"
	contentName  = "workspace.tar.gz"
	temporary    = ".tmp"
)

const (
	format       = 1
	manifestSize = 1 << 20
	// hashRecord has a name of a vendor, as POSIX wants it for a keyword of one's own
	hashRecord = "GODEV.sha256"
	// mkfs makes it, and only root may read it
	lostAndFound = "lost+found"
)

// Totals are what a tree has of each kind.
type Totals struct {
	Files   int `json:"files"`
	Folders int `json:"folders"`
	Links   int `json:"links"`
	// Bytes are those of the files' contents.
	Bytes int64 `json:"bytes"`
}

// Manifest is the content of archive.json.
type Manifest struct {
	Format      int       `json:"format"`
	Environment string    `json:"environment,omitempty"`
	Time        time.Time `json:"time"`
	// Size and SHA256 are those of the tar.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Totals
	// Skipped are sockets, pipes and devices, of which a tree without its programs has no use.
	Skipped int `json:"skipped,omitempty"`
}

func (m Manifest) String() string {
	text := fmt.Sprintf("%d files, %d folders and %d links with %d bytes, in an archive of %d bytes", m.Files, m.Folders, m.Links,
		m.Bytes, m.Size)
	if m.Skipped > 0 {
		text += fmt.Sprintf("; %d sockets, pipes and devices are left out", m.Skipped)
	}
	return text
}

// read returns the manifest of the archive in root, or says why there is none.
func read(root *os.Root) (Manifest, error) {
	file, err := root.Open(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, missing(root)
	}
	if err != nil {
		return Manifest{}, unreadable(err)
	}
	defer file.Close()
	var m Manifest
	content, err := io.ReadAll(io.LimitReader(file, manifestSize))
	if err != nil {
		return Manifest{}, unreadable(err)
	}
	if json.Unmarshal(content, &m) != nil || m.Format == 0 || m.SHA256 == "" {
		return Manifest{}, notAnArchive()
	}
	if m.Format != format {
		return Manifest{}, termination.Failuref(termination.NotAnArchive,
			"spec.source.snapshot.archive: the archive has format %d, and this release reads %d. Update the operator.", m.Format, format)
	}
	return m, nil
}

func missing(root *os.Root) error {
	for _, name := range []string{contentName, contentName + temporary, manifestName + temporary} {
		if _, err := root.Lstat(name); err == nil {
			return termination.Failuref(termination.ArchiveIncomplete,
				"spec.source.snapshot.archive: the archive is still being written, or its Job was cut off. Wait until "+
					"\"kubectl get pvc -L godev.io/archive\" says Complete of it.")
		}
	}
	return notAnArchive()
}

func notAnArchive() error {
	return termination.Failuref(termination.NotAnArchive,
		"spec.source.snapshot.archive: the claim holds no archive of a workspace. Name one that "+
			"\"kubectl get pvc -l godev.io/archive=Complete\" lists; for a claim with the source itself use spec.source.claim.")
}

func unreadable(err error) error {
	return termination.Failuref(termination.SourceFailed,
		"spec.source.snapshot.archive: user %d with group %d cannot read the archive: %w. Set spec.securityContext.fsGroup to the "+
			"group of its files.", os.Getuid(), os.Getgid(), err)
}

func damaged(format string, args ...any) error {
	return termination.Failuref(termination.ArchiveDamaged,
		"spec.source.snapshot.archive: the archive is damaged: %w. Nothing was taken from it; name another archive in a new "+
			"GoDevEnvironment.", fmt.Errorf(format, args...))
}

// ownName reports whether a path is of what does not belong to the tree: godevd's folder, and the file system's.
func ownName(name string) bool {
	top, _, _ := strings.Cut(name, "/")
	return top == workspace.Folder || top == lostAndFound
}

// save puts content into the file name of root, whole or not at all.
func save(root *os.Root, name string, content []byte) error {
	file, err := root.OpenFile(name+temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if err := root.Rename(name+temporary, name); err != nil {
		return err
	}
	return syncFolder(root, path.Dir(name))
}

func syncFolder(root *os.Root, name string) error {
	folder, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// cancelled is a reader that ends with its context.
type cancelled struct {
	ctx context.Context
	io.Reader
}

func (c cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}
