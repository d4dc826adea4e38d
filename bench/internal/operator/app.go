package operator

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"godev.io/bench/internal/checkout"
)

// App is the operator as its image has it: with the image's JDK and the ahead-of-time cache of its start.
type App struct{ java, folder string }

// Train makes one inside dir of what "mvn package" built.
func Train(ctx context.Context, dir string) (*App, error) {
	root, err := checkout.Root()
	if err != nil {
		return nil, err
	}
	home, err := checkout.Testcluster(ctx, root, "path", "java-home")
	if err != nil {
		return nil, err
	}
	app := &App{filepath.Join(home[0], "bin", "java"), filepath.Join(dir, "app")}
	docker := filepath.Join(root, "src", "main", "docker")
	for _, command := range [][]string{
		// The cache holds the files' times.
		{"cp", "-a", filepath.Join(root, "target", "quarkus-app"), app.folder},
		{"cp", filepath.Join(docker, "jvm.options"), app.folder},
		{"sh", filepath.Join(docker, "train.sh"), app.java, app.folder},
	} {
		if out, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%v: %w %s", command, err, out)
		}
	}
	return app, nil
}

// built is what "mvn package" left in the checkout, for the JDK of JAVA_HOME, else that of the PATH.
func built(root string) (*App, error) {
	app := &App{"java", filepath.Join(root, "target", "quarkus-app")}
	if home := os.Getenv("JAVA_HOME"); home != "" {
		app.java = filepath.Join(home, "bin", "java")
	}
	if _, err := os.Stat(filepath.Join(app.folder, "quarkus-run.jar")); err != nil {
		return nil, fmt.Errorf("build the operator first (mvn -DskipTests package): %w", err)
	}
	return app, nil
}

// options are the first arguments of java.
func (a *App) options(root string) []string {
	aot := filepath.Join(a.folder, "app.aot")
	if _, err := os.Stat(aot); err != nil {
		return []string{"@" + filepath.Join(root, "src", "main", "docker", "jvm.options")}
	}
	return []string{"@" + filepath.Join(a.folder, "jvm.options"), "-XX:AOTCache=" + aot}
}
