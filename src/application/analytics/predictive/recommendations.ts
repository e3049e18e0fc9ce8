import { z } from 'zod';
import {
  candidatesOf,
  reasonCodes,
  recommendations as recommend,
  recommendationContexts,
} from '../../../domain/prediction/recommendations.ts';
import { toldOfRecommendation } from '../../../domain/prediction/told.ts';
import { defineAnalytic } from '../define.ts';
import { amount, codes, count, id, languageQuery, score, text, weeks, wholeQuery } from '../fields.ts';
import { nothingKnown } from '../nothing-known.ts';

const usualLimit = 10;
const mostLimit = 20;

export const recommendations = defineAnalytic({
  id: 'predictive.recommendations',
  version: 2,
  path: '/analytics/predictive/recommendations/:userId',
  subject: 'learner',
  summary: 'Which courses to take next, and why',
  definition: {
    formula:
      'Candidates: what Learner AI proposes and what the learner’s trainers teach; never a course that is completed or under way, nor one whose prerequisites are not met (level 2, or what the role asks for if less). score = .45 gap closed (levels × priority, against the most that a candidate closes) + .25 readiness (level in what it builds on) + .15 demand in the organization + .15 effectiveness (completion by the own organization, shrunk to one half by twenty people); parts that are not known are left out and the others make the whole. Ties by courseId. No more than two of one skill among the first five. context: skill_gap keeps courses that close a gap; velocity puts shorter ones first among equals. estimatedWeeks = topics / own topics a week of the last twelve weeks. Proposals to choose from: nobody is enrolled, measured or refused anything by them.',
    unit: 'score 0–100; weeks',
    population:
      'the learner; effectiveness of people of the own organization (at least ten who completed or left)',
    nullRule:
      'No pace or length: estimatedWeeks null. Skills not known: nobody can say which prerequisites are met, so there is no list.',
  },
  query: z.strictObject({
    context: z
      .enum(recommendationContexts, 'must be skill_gap, velocity or general')
      .default('general')
      .meta({ description: 'what matters most' }),
    limit: wholeQuery(1, mostLimit).default(usualLimit).meta({ description: 'at most so many' }),
    language: languageQuery,
  }),
  result: z.object({
    recommendations: z
      .array(
        z.object({
          id: id('of the recommendation'),
          type: codes(['course'], 'what is recommended'),
          courseId: id('a course'),
          title: text('its title').nullable(),
          rank: count('1 = first'),
          score: score('how much speaks for it'),
          reasons: z.array(
            z.object({
              code: codes(reasonCodes, 'what speaks for it'),
              value: score('how much').nullable(),
            }),
          ),
          closes: z.array(z.object({ skillId: id('a skill'), gap: amount('levels lacking') })),
          estimatedWeeks: weeks('at the learner’s own pace').nullable(),
          narrative: text('the reasons in words (meta.narrative: whose)').nullable(),
        }),
      )
      .nullable(),
  }),
  cache: 'predictive',
  rate: 'predictive',
  sources: ({ courses, skills }, { subject }) => ({
    progress: courses.progress(subject.id),
    skills: skills.forUser(subject.id),
  }),
  optional: ({ skills, learnerAi }, { subject }) => ({
    proposals: learnerAi.recommendations(subject.id),
    demand: subject.organizationId === null ? [] : [skills.demand(subject.organizationId)],
  }),
  affects: {
    progress: ['recommendations'],
    skills: ['recommendations'],
    proposals: ['recommendations'],
    demand: ['recommendations'],
    catalogue: ['recommendations'],
    rolls: ['recommendations'],
  },
  dependent: {
    services: ['courses'],
    start: ({ courses }, { progress, proposals, skills }) => {
      const trainers = [...new Set((progress ?? []).flatMap(({ trainerId }) => trainerId ?? []))].sort();
      const likely = candidatesOf({ progress: progress ?? [], proposals, catalogue: [], skills });
      return {
        catalogue: trainers.map((trainerId) => courses.trainerCourses(trainerId)),
        rolls: likely.map(({ courseId }) => courses.enrollments(courseId)),
      };
    },
  },
  compute: ({ progress, skills, proposals, demand, catalogue, rolls }, { subject, query }, setting) => {
    if (progress === null || skills === null) return nothingKnown({}, ['recommendations']);
    const likely = candidatesOf({ progress, proposals, catalogue: [], skills });
    return recommend(
      { userId: subject.id, organizationId: subject.organizationId, ...query },
      {
        progress,
        proposals,
        skills,
        demand: demand?.[0] ?? null,
        catalogue: (catalogue ?? []).flatMap((courses) => courses ?? []),
        rolls: new Map(likely.map(({ courseId }, index) => [courseId, rolls?.[index] ?? null])),
      },
      setting,
    );
  },
  words: {
    field: 'recommendations[].narrative',
    items: ({ data }) => (data.recommendations ?? []).map(toldOfRecommendation),
    placed: (data, texts) => ({
      recommendations:
        data.recommendations?.map((one, place) => ({ ...one, narrative: texts[place] ?? null })) ?? null,
    }),
  },
});
