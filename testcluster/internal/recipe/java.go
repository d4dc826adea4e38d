package recipe

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"godev.io/testcluster/internal/cache"
	"godev.io/testcluster/internal/image"
)

// javaModules are what the operator and its libraries use of the JDK.
var javaModules = []string{
	"java.base", "java.compiler", "java.desktop", "java.instrument", "java.logging", "java.management", "java.naming",
	"java.net.http", "java.prefs", "java.rmi", "java.security.jgss", "java.security.sasl", "java.sql", "java.xml",
	"jdk.crypto.ec", "jdk.httpserver", "jdk.jfr", "jdk.management", "jdk.naming.dns", "jdk.net", "jdk.security.auth",
	"jdk.unsupported", "jdk.zipfs",
}

// java is a layer with a Java runtime at /opt/java, made by jlink of the JDK that built the operator.
func (k Kitchen) java(ctx context.Context) (image.Layer, error) {
	home, err := javaHome()
	if err != nil {
		return image.Layer{}, err
	}
	release := filepath.Join(home, "release")
	version, err := os.ReadFile(release)
	if err != nil {
		return image.Layer{}, fmt.Errorf("%s is not a JDK: %w", home, err)
	}
	key, err := cache.Key(nil, "1", string(version), strings.Join(javaModules, ","))
	if err != nil {
		return image.Layer{}, err
	}
	return k.layer("java", key, func(path string) error {
		return temporary(ctx, func(dir string) error {
			jre := filepath.Join(dir, "java")
			if err := command(ctx, filepath.Join(home, "bin", "jlink"), "--add-modules", strings.Join(javaModules, ","),
				"--strip-java-debug-attributes", "--no-man-pages", "--no-header-files", "--output", jre); err != nil {
				return err
			}
			// The archive of the JDK's own classes takes a third off the start; jlink leaves it out.
			if err := command(ctx, filepath.Join(jre, "bin", "java"), "-Xshare:dump"); err != nil {
				return err
			}
			return image.WriteLayer(path, func(t *image.Tree) error {
				// A name for the user: Java takes user.name and user.home from here.
				if err := t.Bytes("etc/passwd", 0o644, []byte("root:x:0:0:root:/root:/sbin/nologin\ngodev:x:1000:3000:godev:/tmp:/sbin/nologin\n")); err != nil {
					return err
				}
				if err := t.Dir("tmp", 0o1777); err != nil {
					return err
				}
				return t.Copy("opt/java", jre, nil)
			})
		})
	})
}

// javaHome returns the JDK of JAVA_HOME, else the one that `java` on the PATH belongs to.
func javaHome() (string, error) {
	if home := os.Getenv("JAVA_HOME"); home != "" {
		return home, nil
	}
	program, err := exec.LookPath("java")
	if err != nil {
		return "", errors.New("no JDK: set JAVA_HOME, or put java on the PATH")
	}
	program, err = filepath.EvalSymlinks(program)
	return filepath.Dir(filepath.Dir(program)), err
}

func command(ctx context.Context, program string, args ...string) error {
	if out, err := exec.CommandContext(ctx, program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, out)
	}
	return nil
}
