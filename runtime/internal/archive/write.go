package archive

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"godev.io/runtime/internal/termination"
)

// Write makes an archive in the folder to of the workspace at from. An archive that is in it already is made anew.
//
// It has read the archive again, and compared it, before it says that there is one.
func Write(ctx context.Context, log io.Writer, environment, from, to string) (Manifest, error) {
	source, err := os.OpenRoot(from)
	if err != nil {
		return Manifest{}, explain(err)
	}
	defer source.Close()
	target, err := os.OpenRoot(to)
	if err != nil {
		return Manifest{}, explain(err)
	}
	defer target.Close()
	for _, name := range []string{manifestName, manifestName + temporary, contentName, contentName + temporary} {
		// the manifest first: what is half there is no archive
		if err := target.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Manifest{}, explain(err)
		}
	}
	manifest, err := writeContent(ctx, log, source, target)
	if err != nil {
		return Manifest{}, explain(err)
	}
	if err := verify(ctx, target, contentName+temporary, manifest); err != nil {
		return Manifest{}, fmt.Errorf("what was written is not what is read: %w", err)
	}
	if err := target.Rename(contentName+temporary, contentName); err != nil {
		return Manifest{}, explain(err)
	}
	manifest.Format, manifest.Environment, manifest.Time = format, environment, time.Now().UTC().Truncate(time.Second)
	content, err := json.MarshalIndent(manifest, "", " ")
	if err != nil {
		return Manifest{}, err
	}
	return manifest, explain(save(target, manifestName, append(content, '\n')))
}

func writeContent(ctx context.Context, log io.Writer, source, target *os.Root) (Manifest, error) {
	// readable for environments with another user
	file, err := target.OpenFile(contentName+temporary, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return Manifest{}, err
	}
	defer file.Close()
	sum := sha256.New()
	counter := &counting{Writer: io.MultiWriter(file, sum)}
	buffered := bufio.NewWriterSize(counter, 1<<20)
	// a team waits for it, and most of it is source and compiled packages
	zipped, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	if err != nil {
		return Manifest{}, err
	}
	w := writer{ctx: ctx, log: log, root: source, tar: tar.NewWriter(zipped)}
	if err := fs.WalkDir(source.FS(), ".", w.visit); err != nil {
		return Manifest{}, err
	}
	if err := errors.Join(w.tar.Close(), zipped.Close(), buffered.Flush(), file.Sync(), file.Close()); err != nil {
		return Manifest{}, err
	}
	w.manifest.Size, w.manifest.SHA256 = counter.bytes, hex.EncodeToString(sum.Sum(nil))
	return w.manifest, nil
}

type writer struct {
	ctx      context.Context
	log      io.Writer
	root     *os.Root
	tar      *tar.Writer
	manifest Manifest
}

func (w *writer) visit(name string, entry fs.DirEntry, err error) error {
	if name == "." {
		return err
	}
	if ownName(name) {
		if entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	}
	if err == nil {
		err = w.ctx.Err()
	}
	if err != nil {
		return err
	}
	info, err := entry.Info()
	if err != nil {
		return err
	}
	header := &tar.Header{
		Name: name, Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(), Format: tar.FormatPAX, PAXRecords: map[string]string{},
	}
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return w.file(header)
	case mode.IsDir():
		w.manifest.Folders++
		header.Typeflag, header.Name = tar.TypeDir, name+"/"
	case mode&fs.ModeSymlink != 0:
		w.manifest.Links++
		header.Typeflag = tar.TypeSymlink
		if header.Linkname, err = w.root.Readlink(name); err != nil {
			return err
		}
	default:
		w.manifest.Skipped++
		fmt.Fprintf(w.log, "archive: %s is left out: %s\n", name, mode.Type())
		return nil
	}
	return w.tar.WriteHeader(header)
}

// file reads a file twice: its hash stands before its content, and shows whether somebody writes to it meanwhile.
func (w *writer) file(header *tar.Header) error {
	file, err := w.root.Open(header.Name)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	size, err := io.Copy(sum, cancelled{w.ctx, file})
	if err != nil {
		return err
	}
	hash := hex.EncodeToString(sum.Sum(nil))
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	header.Typeflag, header.Size, header.PAXRecords[hashRecord] = tar.TypeReg, size, hash
	if err := w.tar.WriteHeader(header); err != nil {
		return err
	}
	sum.Reset()
	again, err := io.Copy(io.MultiWriter(w.tar, sum), cancelled{w.ctx, file})
	if errors.Is(err, tar.ErrWriteTooLong) || err == nil && (again != size || hex.EncodeToString(sum.Sum(nil)) != hash) {
		return termination.Failuref(termination.WorkspaceChanged,
			"%s changed while it was archived: something still writes to the workspace. End the pods that mount it.", header.Name)
	}
	w.manifest.Files++
	w.manifest.Bytes += size
	return err
}

type counting struct {
	io.Writer
	bytes int64
}

func (c *counting) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.bytes += int64(n)
	return n, err
}

// explain makes a Failure of an error that somebody can do something about.
func explain(err error) error {
	switch {
	case errors.Is(err, unix.ENOSPC), errors.Is(err, unix.EDQUOT):
		return termination.Failuref(termination.ArchiveFull,
			"the volume of the archive is full: %w. Let its claim grow, or delete files of the workspace from a pod that mounts it.", err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, unix.EROFS):
		return termination.Failuref(termination.WorkspaceNotReadable,
			"user %d with group %d may not: %w. Give that group the right to it from a pod that mounts the claim, or delete it there.",
			os.Getuid(), os.Getgid(), err)
	}
	return err
}
