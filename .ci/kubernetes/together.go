package main

import (
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
)

// What only the whole of a built folder shows: each object by itself is right in its kind.
func checkTogether(objects []*resource.Resource) []string {
	faults := append(withoutNamespace(objects), countedTwice(objects)...)
	faults = append(faults, scaledElsewhere(objects)...)
	return append(faults, withoutRollOut(objects)...)
}

// The one with the settings of both services: its name has a hash of them, by which a change is a roll-out.
func settings(objects []*resource.Resource) (name string, data map[string]string) {
	for _, object := range objects {
		if object.GetKind() == "ConfigMap" && strings.HasPrefix(object.GetName(), "postern-") {
			return object.GetName(), object.GetDataMap()
		}
	}
	return "", nil
}

// Pods read settings when they start: with a name that stays, those that run have other ones than those that start later.
func withoutRollOut(objects []*resource.Resource) []string {
	name, _ := settings(objects)
	if name == "" {
		return []string{"no ConfigMap postern whose name has a hash"}
	}
	var faults []string
	for _, object := range objects {
		template, runs := map[string]string{"Deployment": "spec.template", "CronJob": "spec.jobTemplate.spec.template"}[object.GetKind()]
		if !runs {
			continue
		}
		read, err := object.GetString(template + ".spec.containers.0.envFrom.0.configMapRef.name")
		if err != nil || read != name {
			faults = append(faults, fmt.Sprintf("%s %s: reads the ConfigMap %q, where the settings are in %s", object.GetKind(), object.GetName(), read, name))
		}
	}
	return faults
}

// Such objects go to wherever the context of whoever applies them points, and find nothing there of what they name.
func withoutNamespace(objects []*resource.Resource) []string {
	var faults []string
	for _, object := range objects {
		if object.GetKind() != "Namespace" && object.GetNamespace() == "" {
			faults = append(faults, fmt.Sprintf("%s %s: no namespace", object.GetKind(), object.GetName()))
		}
	}
	return faults
}

// A Deployment with a number of its own beside an autoscaler is set back to it with each apply.
func countedTwice(objects []*resource.Resource) []string {
	scaled := map[string]bool{}
	for _, object := range objects {
		if kind := object.GetKind(); kind == "HorizontalPodAutoscaler" || kind == "ScaledObject" {
			target, _ := object.GetString("spec.scaleTargetRef.name")
			scaled[target] = true
		}
	}
	var faults []string
	for _, object := range objects {
		if object.GetKind() != "Deployment" || !scaled[object.GetName()] {
			continue
		}
		if replicas, err := object.GetFieldValue("spec.replicas"); err == nil {
			faults = append(faults, fmt.Sprintf("Deployment %s: replicas %v, of which an autoscaler decides", object.GetName(), replicas))
		}
	}
	return faults
}

// Where KEDA asks SQS for what waits is another setting than where the services have their queues.
func scaledElsewhere(objects []*resource.Resource) []string {
	_, own := settings(objects)
	region, prefix := own["AWS_REGION"], "postern-"
	if set, there := own["QUEUE_PREFIX"]; there {
		prefix = set
	}
	var faults []string
	for _, object := range objects {
		if object.GetKind() != "ScaledObject" {
			continue
		}
		fault := func(format string, values ...any) {
			faults = append(faults, "ScaledObject "+object.GetName()+": "+fmt.Sprintf(format, values...))
		}
		triggers, err := object.GetSlice("spec.triggers")
		if err != nil {
			fault("%v", err)
		}
		for _, trigger := range triggers {
			metadata, _ := trigger.(map[string]any)["metadata"].(map[string]any)
			queue, there := metadata["queueURL"]
			if !there {
				continue
			}
			if metadata["awsRegion"] != region {
				fault("awsRegion %v, where AWS_REGION is %q", metadata["awsRegion"], region)
			}
			if !strings.Contains(fmt.Sprint(queue), prefix) {
				fault("queueURL %v, where QUEUE_PREFIX is %q", queue, prefix)
			}
		}
	}
	return faults
}
