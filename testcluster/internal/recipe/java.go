package recipe

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
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

// java is a layer with a Java runtime at /opt/java, made by jlink.
func (k Kitchen) java(ctx context.Context) (image.Layer, error) {
	home, err := JavaHome()
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

// leastJava is the first release whose ahead-of-time cache is made in one step (JEP 514).
const leastJava = 25

// JavaHome returns the newest JDK among that of JAVA_HOME, the one that `java` on the PATH belongs to, and those where
// Debian's packages are. The one that Maven uses may be older than the image's.
func JavaHome() (string, error) {
	candidates, err := filepath.Glob("/usr/lib/jvm/*")
	if err != nil {
		return "", err
	}
	if program, err := exec.LookPath("java"); err == nil {
		if program, err = filepath.EvalSymlinks(program); err == nil {
			candidates = append(candidates, filepath.Dir(filepath.Dir(program)))
		}
	}
	if home := os.Getenv("JAVA_HOME"); home != "" {
		candidates = append(candidates, home)
	}
	newest, found := 0, ""
	for _, home := range candidates {
		if release := javaRelease(home); release > newest {
			newest, found = release, home
		}
	}
	if newest < leastJava {
		return "", fmt.Errorf("no JDK %d or newer: set JAVA_HOME, or put its java on the PATH", leastJava)
	}
	return found, nil
}

var javaVersion = regexp.MustCompile(`(?m)^JAVA_VERSION="(\d+)`)

// javaRelease returns the feature release of a JDK that can make images, or 0.
func javaRelease(home string) int {
	if _, err := os.Stat(filepath.Join(home, "bin", "jlink")); err != nil {
		return 0
	}
	notes, err := os.ReadFile(filepath.Join(home, "release"))
	if err != nil {
		return 0
	}
	m := javaVersion.FindSubmatch(notes)
	if m == nil {
		return 0
	}
	release, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return 0
	}
	return release
}

func command(ctx context.Context, program string, args ...string) error {
	if out, err := exec.CommandContext(ctx, program, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, out)
	}
	return nil
}
