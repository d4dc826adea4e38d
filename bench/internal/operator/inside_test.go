package operator

import "testing"

func TestSum(t *testing.T) {
	const metrics = `# HELP x_total of x
x_total{a="1",b="2"} 3.0
x_total{a="1",b="3"} 4.5
x_total_more{a="1"} 100
y 1.0E3
`
	for _, c := range []struct {
		name, labels string
		want         float64
		fails        bool
	}{
		{"x_total", `a="1"`, 7.5, false},
		{"x_total", `b="3"`, 4.5, false},
		{"x_total", `b="4"`, 0, true},
		{"y", "", 1000, false},
		{"z", "", 0, true},
	} {
		if got, err := sum(metrics, c.name, c.labels); got != c.want || (err != nil) != c.fails {
			t.Errorf("%s %s: %v %v", c.name, c.labels, got, err)
		}
	}
}
