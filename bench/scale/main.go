// Command scale measures the operator with many environments against a control plane with simulated nodes, and prints
// what it measured beside what it is meant to keep to.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"godev.io/bench/internal/operator"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("scale", flag.ContinueOnError)
	numbers := flags.String("n", "100,500,1000", "numbers of environments")
	rounds := flags.Int("rounds", 3, "how often operator and bare client create all objects, by turns")
	steady := flags.Duration("steady", 120*time.Second, "how long nothing may be written")
	samples := flags.Int("samples", 100, "changes and deletions of children that are timed")
	out := flags.String("json", "", "file for the results")
	dir := flags.String("dir", "", "folder to keep the operator's log and a profile in")
	jvm := flags.String("jvm", "", "further options of the Java virtual machine, separated by blanks")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "scale [FLAG…]         measure and print the table\nscale FILE.json…      print the table of earlier results\n\nFlags:")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return show(flags.Args())
	}
	o := Options{Rounds: *rounds, Steady: *steady, Samples: *samples, Starts: 3, Dir: *dir, JVM: strings.Fields(*jvm), Log: os.Stderr}
	temp, err := os.MkdirTemp("", "godev-scale-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if o.App, err = operator.Train(ctx, temp); err != nil {
		return err
	}
	var results []Result
	for _, word := range strings.Split(*numbers, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return fmt.Errorf("-n: %q is no number of environments", word)
		}
		result, err := Measure(ctx, n, o)
		if err != nil {
			return errors.Join(fmt.Errorf("with %d environments: %w", n, err), write(*out, results))
		}
		results = append(results, result)
		if err := write(*out, results); err != nil {
			return err
		}
	}
	fmt.Print(Table(results))
	return nil
}

// show prints the table of results that were written to files.
func show(files []string) error {
	var results []Result
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var some []Result
		if err := json.Unmarshal(content, &some); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		results = append(results, some...)
	}
	fmt.Print(Table(results))
	return nil
}

func write(file string, results []Result) error {
	if file == "" {
		return nil
	}
	content, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(content, '\n'), 0o644)
}
