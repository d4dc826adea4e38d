package receive

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// stage holds the files of a batch until it is whole.
type stage struct {
	root *os.Root
	dir  *os.File
	next int
}

// staged is an entry whose content is in the stage under a name.
type staged struct {
	Entry
	name string
}

func openStage(workspace *os.Root) (*stage, error) {
	// what a killed session left
	if err := workspace.RemoveAll(stageName); err != nil {
		return nil, err
	}
	if err := workspace.MkdirAll(stageName, 0o755); err != nil {
		return nil, err
	}
	root, err := workspace.OpenRoot(stageName)
	if err != nil {
		return nil, err
	}
	dir, err := root.Open(".")
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return &stage{root: root, dir: dir}, nil
}

func (s *stage) close() error { return errors.Join(s.dir.Close(), s.root.Close()) }

// read unpacks a gzipped tar.
func (s *stage) read(in io.Reader) ([]staged, error) {
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return nil, broken(err)
	}
	unzipped.Multistream(false)
	var entries []staged
	var total int64
	seen := map[string]bool{}
	archive := tar.NewReader(unzipped)
	buffer := make([]byte, 256<<10)
	for {
		header, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, broken(err)
		}
		entry, err := entryOf(header)
		if err != nil {
			return nil, err
		}
		total += entry.Size
		switch {
		case len(entries) == maxEntries:
			return nil, invalid("a batch of more than %d files", maxEntries)
		case total > maxBatch:
			return nil, invalid("a batch of more than %d bytes", int64(maxBatch))
		case seen[entry.Path]:
			return nil, invalid("%.100q comes twice in a batch", entry.Path)
		}
		seen[entry.Path] = true
		one, err := s.put(entry, archive, buffer)
		if err != nil {
			return nil, err
		}
		entries = append(entries, one)
	}
	// the checksum comes last
	if rest, err := io.Copy(io.Discard, io.LimitReader(unzipped, 1<<20)); err != nil {
		return nil, broken(err)
	} else if rest == 1<<20 {
		return nil, invalid("data behind the end of a batch's tar")
	}
	return entries, nil
}

func broken(err error) error {
	if e := (*Error)(nil); errors.As(err, &e) {
		return err
	}
	return invalid("the data of a batch cannot be read: %v", err)
}

func entryOf(header *tar.Header) (Entry, error) {
	entry := Entry{Path: header.Name}
	switch header.Typeflag {
	case tar.TypeReg:
		entry.Kind, entry.Size, entry.Exec, entry.Time = kindFile, header.Size, header.Mode&0o111 != 0, header.ModTime.UnixNano()
	case tar.TypeDir:
		entry.Kind, entry.Path = kindDir, strings.TrimSuffix(header.Name, "/")
	case tar.TypeSymlink:
		entry.Kind, entry.Hash = kindLink, header.Linkname
	default:
		return entry, invalid("%.100q is of the type %q; files, folders and symbolic links are taken", header.Name, header.Typeflag)
	}
	if entry.Size < 0 || entry.Size > maxFile {
		return entry, invalid("%.100q has %d bytes; %d are allowed", header.Name, entry.Size, int64(maxFile))
	}
	if err := checkPath(entry.Path); err != nil {
		return entry, err
	}
	if entry.Kind == kindLink {
		return entry, checkLink(entry.Path, entry.Hash)
	}
	return entry, nil
}

func (s *stage) put(entry Entry, content io.Reader, buffer []byte) (staged, error) {
	s.next++
	name := strconv.Itoa(s.next)
	switch entry.Kind {
	case kindDir:
		return staged{entry, ""}, nil
	case kindLink:
		return staged{entry, name}, s.root.Symlink(entry.Hash, name)
	}
	mode := os.FileMode(0o644)
	if entry.Exec {
		mode = 0o755
	}
	file, err := s.root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_EXCL, mode)
	if err != nil {
		return staged{}, err
	}
	sum := sha256.New()
	written, err := io.CopyBuffer(io.MultiWriter(file, sum), struct{ io.Reader }{content}, buffer)
	if err == nil {
		err = file.Chmod(mode) // whatever the umask is
	}
	err = errors.Join(err, file.Close())
	var fault *os.PathError
	switch {
	case err != nil && !errors.As(err, &fault):
		return staged{}, broken(err)
	case err != nil:
		return staged{}, err
	case written != entry.Size:
		return staged{}, invalid("%.100q has %d bytes, not %d", entry.Path, written, entry.Size)
	}
	entry.Hash = hex.EncodeToString(sum.Sum(nil))
	modified := unix.NsecToTimespec(entry.Time)
	times := []unix.Timespec{modified, modified}
	if err := unix.UtimesNanoAt(int(s.dir.Fd()), name, times, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return staged{}, fmt.Errorf("setting the time %v: %w", time.Unix(0, entry.Time), err)
	}
	return staged{entry, name}, nil
}

// drop removes what was staged and not put in its place.
func (s *stage) drop() error {
	entries, err := s.dir.Readdirnames(-1)
	if err != nil {
		return err
	}
	for _, name := range entries {
		err = errors.Join(err, s.root.Remove(name))
	}
	_, sought := s.dir.Seek(0, io.SeekStart)
	return errors.Join(err, sought)
}
