// Made from openapi.yaml by `npm run client:types`.
export interface paths {
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in */
        post: operations["auth.login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token for a new pair
         * @description Each refresh token works once. Using one twice ends the whole session.
         */
        post: operations["auth.refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End this session at once */
        post: operations["auth.logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the caller is and what it may ask */
        get: operations["auth.me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a page has to send with whatever changes something
         * @description Only where SESSION_COOKIES is set; elsewhere a 404. For pages of another host of the same site, which cannot read the cookie.
         */
        get: operations["auth.session.csrf"];
        put?: never;
        /**
         * Log in by cookies that no script can read
         * @description For browsers. Only where SESSION_COOKIES is set; elsewhere a 404. The cookies are good for this host only and sent by its own pages only; every request but GET then needs X-CSRF-Token. Log out as with a token.
         */
        post: operations["auth.session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/session/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew the cookies of a log-in
         * @description Only where SESSION_COOKIES is set; elsewhere a 404. As with refresh tokens, each set of cookies can be renewed once.
         */
        post: operations["auth.session.refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The keys of an organization, the oldest first, those that were revoked too
         * @description For an org_admin about the own organization, and for an admin about any. Without their secrets.
         */
        get: operations["apiKeys.list"];
        put?: never;
        /**
         * A key with which a service calls this API
         * @description For an org_admin about the own organization, and for an admin about any. It is shown as `X-API-Key` or as `Authorization: ApiKey …`, acts in its organization only and opens what its scopes say and nothing else. On record in the audit log.
         */
        post: operations["apiKeys.create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys/{keyId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Another secret for a key
         * @description For an org_admin about the own organization, and for an admin about any. The former secret goes on working for a while.
         */
        post: operations["apiKeys.rotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a key at once, with all its secrets
         * @description For an org_admin about the own organization, and for an admin about any. Asking again answers the same.
         */
        delete: operations["apiKeys.revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/learner/velocity/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How fast a learner finishes topics, and whether that is fast enough
         * @description currentPace = topics first completed in the 14 calendar days ending today / 2. trendPercent compares with the 14 days before; accelerating above +20 %, decelerating below −20 %, stalled when none. targetPace = remaining topics / weeks to the due date, summed over active courses that have one (overdue: due within a week); ahead or behind beyond 10 %. estimatedCompletion = median of 1,000 seeded bootstrap paths of the last 12 weekly counts. Less than seven days of history is INSUFFICIENT_DATA. No due date: targetPace null. Nothing 14 to 28 days ago: trendPercent null. Stalled or nothing left: estimatedCompletion null. A key needs `analytics:read`.
         */
        get: operations["learner.velocity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/learner/skill-gap/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a learner falls short of what the role asks for, most urgent first
         * @description gap = max(0, required − current level). priorityScore = .25 gap/required + .30 business + .20 market + .15 prerequisites (20 for each open skill that waits for this one, at most 100) + .10 career, each 0–100; importance that nobody rated is left out and the other weights share its part. critical: gap ≥ 2, or score ≥ 80, or gap ≥ 1 and business ≥ 75; high ≥ 60; medium ≥ 40. estimatedWeeksToClose = gap × median weeks per level of the learner’s own history. A skill that nobody requires has no gap. Nothing required: coveragePercent null. No step in the own history: estimatedWeeksToClose null. A key needs `analytics:read`.
         */
        get: operations["learner.skill-gap"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/learner/engagement/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How regularly, long, well and variously a learner learns
         * @description Over the 14 calendar days ending today, the last seven counting double: .30 consistency (active days of 5 a week and how even they lie, 2 : 1) + .25 time (minutes of 180 a week) + .25 quality (activities of 8 a week times half plus half the share that went well) + .20 diversity (Shannon evenness over five kinds of media). high ≥ 80, medium ≥ 50. Trend: Theil–Sen over the whole weeks shown, told when Mann–Kendall gives p < 0.1. peerPercentile = mid-rank percentile of topics finished among those of the learner’s organization in the same run (same course and due date), rounded so that no single one of them shows, mean over the runs. A part that no service measures is null and its weight goes to the others; fewer than two parts: no score. While a service that is asked for activities fails, all that counts them is null. Nothing known of anybody’s activity, and not every service could say: null, not 0. Cohorts under ten: peerPercentile suppressed. Fewer than three whole weeks: no trend. A key needs `analytics:read`.
         */
        get: operations["learner.engagement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/learner/mastery/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a learner has come in each skill
         * @description successProbability = chance that the next attempt on the skill is right, by an online logistic model: item difficulty and abilities at large and in the skill (Elo-style updates with the beliefs’ own variance), counts of right and wrong, and their decayed recency (half-life 30 days). masteryPercent = share of points over all attempts and the Skills Engine’s level (worth two attempts), pulled down by one attempt without points; it is another figure than the probability. mastered: 85 % with at least three attempts, or acquired according to the Skills Engine. weeksToMaster at the pace since the first attempt. No attempt on a skill: no probability. Neither attempt nor level: no percentage. No way up: weeksToMaster null. While the assessments cannot be read, all is null: attempts count everywhere; where they know nothing of the learner, the level stands alone and evidence is null. A key needs `analytics:read`.
         */
        get: operations["learner.mastery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/learner/performance/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How well a learner does in assessments
         * @description averageScore = mean by assessment weight (unknown weight counts 1). trendPerAttempt = Theil–Sen slope over scored attempts in order of hand-in; improving or declining only when Mann–Kendall gives p < 0.1. passRatePercent with its Wilson 95 % interval. tardiness counts assessments by their first hand-in: on time, late, missing (due and not handed in), floating (no due date). expectedNextScore = the last five scores pulled to the learner’s mean (credibility 2), with a 95 % range. Without startDate the whole history counts. Fewer than three scores: no mean, trend or expectation. An attempt without a score is not a zero. A key needs `analytics:read`.
         */
        get: operations["learner.performance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/learner/content-effectiveness/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which kinds of content help a learner
         * @description A gain is the step between two scores in a row on one skill, normalised to what was left to gain (Hake 1998), credited to every kind of content seen between the two on topics of that skill. gain = mean of a kind’s steps pulled to the learner’s mean of all (credibility 3), with a seeded bootstrap 95 % interval. effectivenessScore = .6 the gain’s percentile among all of the learner’s gains + .4 completion. Without startDate all views count. Fewer than three gains of a kind: no gain and no score. Minutes, completion and kind that no service records are null. A comparison needs two kinds with a score. While attempts or progress cannot be read: no gains, scores, comparison or recommendations. A key needs `analytics:read`.
         */
        get: operations["learner.content-effectiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/trainer/course-performance/{trainerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the courses of a trainer do: places, completion, scores and ratings
         * @description enrollments = people of the trainer’s organization on the roll (each once); with startDate or endDate those who enrolled in the range, without all. active = enrolled or in progress and last activity in the 14 days before now. completionPercent = 100 × completions / enrollments; over all courses places are added up. A person’s score = mean of the latest scored hand-in per assessment by assessment weight (unknown weight counts 1); averageScore = mean, medianScore = median of the people’s scores. averageRating = (sum of ratings + 5 × prior) / (ratings + 5), prior = mean of all the trainer’s ratings; each person’s latest rating counts. enrollmentTrend: enrolments per week over the last 12 whole weeks, whatever the range; rising or falling only when Mann–Kendall gives p < 0.1 (Theil–Sen sign). Means, medians and percents of n people are rounded to the smallest step of 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50 or 100 % of their range for which n × step ≥ range. A course with fewer people than the minimum (usually 10) is suppressed, and with it the smallest others until at least two courses with together at least the minimum are; the courses asked for one by one follow the same rule. Counts by state from which a small one could be recomputed, completionPercent of a suppressed count, means of fewer than the minimum of scores or ratings: suppressed. Totals from which a suppressed figure could be recomputed: suppressed. active is null when no activity is known, enrollmentTrend under 10 enrolments in the 12 weeks, a share or mean of nobody always: insufficient_data. A key needs `analytics:read`.
         */
        get: operations["trainer.course-performance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/trainer/course-health/{trainerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How healthy a trainer’s courses are, and what to look at
         * @description healthScore = .30 completion + .20 engagement + .20 outcomes + .20 retention + .10 satisfaction, the weights of unknown parts given to the others; healthy ≥ 75, watch ≥ 55, else at_risk. completion = 100 × min(1, Σ finished topics / Σ topics × share of the time from enrolment to due date) over those going on or completed. engagement = share of those going on with an activity in the last 14 days. outcomes = share of the latest scored hand-ins per person and assessment that passed, baselines left out. retention = 100 × Kaplan–Meier survival (event: withdrawal, whole weeks since enrolment) at the last week with enough people at risk, over that of the organization’s courses where it is known, at most 100. satisfaction = Bayesian average of the latest rating of each person (prior 3.5, worth five), 1–5 mapped to 0–100. survival = that curve up to that week, at most 52. Alerts: dropout_spike: Pettitt change point upwards in the weekly hazards with p < 0.1, or a hazard above three times the median of the other weeks; topic_where_most_stop: at least half of those who withdrew or were inactive for 28 days with topics left had finished equally many, the topic is the next one in the order of the contents; engagement_falling: hand-ins per person over the last eight whole weeks fall (Theil–Sen, Mann–Kendall p < 0.1), value = change along the line in percent of its start; rating_drop: mean rating of the last 90 days at least 0.5 below that before. Parts and alerts are rounded so that no single person shows. startDate and endDate choose people by the day they enrolled; without them all count. Fewer people than the minimum behind a part: suppressed. Nobody or nothing measured: insufficient_data. Fewer than three parts: no score and status. While the service behind a part fails: no part, score, status or numbers of courses. Of a course with fewer people than the minimum, or the one that would give it away, only the title is told. Numbers of courses count those with a status. A key needs `analytics:read`.
         */
        get: operations["trainer.course-health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/trainer/student-distribution/{trainerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a trainer’s learners are distributed by level, progress, performance and score; who is at risk
         * @description A place is one person in one course; with startDate or endDate those who enrolled in the range, without all. byLevel: places by the course’s level. byProgress: completed and withdrawn by status; notStarted = no topic finished (or not known and only enrolled) and no activity; else inProgress. A person’s score = mean over the courses of the mean of the latest scored hand-in per assessment, by assessment weight (unknown weight counts 1). byPerformance: noGradeYet without a score; struggling = score < 60, or behind plan and inactive for 7 days; else excelling ≥ 85, else onTrack. Behind plan: finished topics < 75 % of total topics × elapsed share of the time from enrolment to due date. Inactive: the latest activity in any course is more than 7 days ago. scoreHistogram: tens, 100 in the last. quartiles: type 7. attempts: pairs of person and assessment by number of hand-ins. atRisk: people who are going on with at least two reasons of inactive_7_days, behind_plan, low_scores (score < 60), missing_work (at least 2 due and not handed in); most reasons first, then longest inactive, at most 20. Fewer people than the minimum (usually 10), or a course that is suppressed for the sake of another: everything suppressed, atRisk empty. Buckets of 1 to the minimum − 1, and the smallest others from which they could be recomputed: suppressed; quartiles of fewer scores than the minimum too, else rounded so that no single score can be had from them. Without attempts what is made of them is null; while they cannot be read, atRisk is too. Dates, topics or activity that are not known are no reason to be at risk. The list tells what can be seen today and foretells nothing, so that a choice against predictions takes nobody off it; riskProbability is null as long as no model is configured. A key needs `analytics:read`.
         */
        get: operations["trainer.student-distribution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/trainer/teaching-effectiveness/{trainerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How well a trainer teaches, and beside comparable courses
         * @description overallScore = mean of the known parts, at least three. passRate = share of the latest scored hand-ins per person, course and assessment that passed, firstTryPass = share of the first hand-ins that passed, baselines left out of both. completion = topics finished of those that should be by now, over those going on or completed, as in the course health. learningGain: per person and course first baseline score against last post-course score; cohensD = difference of the means over the pooled standard deviation with its 95 % interval; as a part Cohen’s U3 = 100 Φ(d), 50 when nothing is gained. satisfaction = Bayesian average of the latest rating per person and course (prior 3.5, worth five), 1–5 mapped to 0–100; average = their mean; trend = Theil–Sen over monthly means of at least three ratings, told when Mann–Kendall gives p < 0.1. passRateVsPeers: delta = passRate less the mean of comparable courses of others (same level, half to one and a half times the people), percentile = 100 Φ(z) among them. strengths: parts ≥ 75; improvements: parts < 55. A figure over several courses leaves out courses in which too few people are behind it, unless these are enough together. All are rounded so that no single person shows. startDate and endDate choose people by the day they enrolled; without them all count. Fewer people than the minimum behind a figure: suppressed. Nobody, or scores that do not vary: insufficient_data. Fewer than three parts: no score. While the service behind a part fails: no part, score, strengths or improvements. Fewer than three months: no trend. Peers not known: insufficient_data; fewer peer courses than the minimum: suppressed. A key needs `analytics:read`.
         */
        get: operations["trainer.teaching-effectiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/organization/learning-velocity/{orgId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How fast an organization learns, by department and by month
         * @description pace = topics per week and learner of the courses that are going on, since enrolment; those who take none count 0, more than 10 count 10. targetPace = topics per week that finish in time the courses whose due date lies ahead, mean over those who have one. onTrackPercent = of those with a due date, ahead or overdue, the share with at least nine tenths of it and nothing overdue. completionWeeks = Kaplan–Meier over all enrolments, those going on or withdrawn censored. monthly = topics spread evenly between enrolment and last activity, per week and person enrolled in the month; trend by Mann–Kendall at 0.1 over the months that are over. A department under the minimum cohort is suppressed, and so are the next smallest ones while it could be had by taking the others from the total. Means and shares are rounded so that no one person can be had from them. Weeks are suppressed when fewer people than it completed anything; a quantile that has not been reached is null. A key needs `analytics:read`.
         */
        get: operations["organization.learning-velocity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/organization/strategic-alignment/{orgId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far what people can do serves what the organization wants
         * @description A goal = .5 KPI (value / target, at most 100) + .3 skill coverage (reached of all pairs of a learner and a needed skill) + .2 compliance (course work that was due and done in time, of the whole organization); parts that are not known give their weight to the others. Overall = mean of the goals by weight. aligned ≥ 75, partly_aligned ≥ 50. shortfall = mean levels lacking per learner; critical from half a level, the five largest. No goals known: all null. While the service behind a part fails: no part, alignment, status, overall figure or actions. A count of fewer people than the minimum cohort is suppressed. estimatedWeeksToClose is null: no service dates the levels of a whole organization. A key needs `analytics:read`.
         */
        get: operations["organization.strategic-alignment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/organization/department-analytics/{orgId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The departments of an organization side by side
         * @description completionPercent = completed of all enrolments that were not withdrawn. engagementScore = share of learners active in the last 14 days. averageScore = mean of the learners’ mean scores. skillsCovered = skills of which at least the minimum cohort has level 2. trend of the monthly pace by Mann–Kendall at 0.1; months of which the rolls know nothing any more are those that were kept when they were over. For the comparison, shares are pulled towards that of all departments that are told (worth ten people). A department under the minimum cohort is suppressed, and so are the next smallest ones while it could be had from the others. averageScore and completionPercent likewise, by those who have scores or enrolments. Activity that no enrolment dates is not known. Fewer than three whole months, or kept ones in which other departments were told than now: no trend. Fewer than two departments, or all alike: no comparison. A key needs `analytics:read`.
         */
        get: operations["organization.department-analytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/organization/learning-culture/{orgId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether people learn because they want to
         * @description .35 voluntary participation (took a course by choice in the last year) + .20 voluntary completion (completed of the courses taken by choice, mean over people) + .20 knowledge sharing (questions resolved of those asked, mean over people) + .15 mentoring (no service reports it) + .10 continuity (a streak of seven days in the last ninety); parts that are not known give their weight to the others. Choice and streaks rest on a sample of 60 learners, the same all day. history = share of the sample that finished a topic by choice in the month. trend of voluntary participation: of this history; of the other parts: of what they were at the end of each month that is over, steady while two people of the smallest group could have made the difference. Fewer than two known parts: no score. While the service behind a part fails: no part and no score. Fewer than three months: no trend. Fewer people than the minimum cohort: suppressed. A key needs `analytics:read`.
         */
        get: operations["organization.learning-culture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/comparison/peer/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where a learner stands among peers, without telling of any of them
         * @description Peers = the other learners of the organization, of the learner’s own level unless level says otherwise (level by completed courses: intermediate from 1, advanced from 3, expert from 6), narrowed by skillId (has some of it) and courseId (is enrolled). percentile = mid-rank. Median, mean and percentile are rounded so that no one of the peers can be had from them. Insights: beyond ±20 % of the peers’ median. Fewer peers than the minimum, or filters that leave out fewer than it, are COHORT_TOO_SMALL. A metric known of fewer peers is suppressed. While its list cannot be read, a metric is null and so are the insights. A key needs `analytics:read`.
         */
        get: operations["comparison.peer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/comparison/skill-demand": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which skills the caller’s organization asks for, and which of them the caller lacks
         * @description demandScore = 100 × (.40 enrolments + .35 open gaps + .25 requirement by goals), each as a share of the greatest among the organization’s skills; parts of fewer people than the minimum cohort are left out and the others make the whole. trendPercent = enrolments a week of the last three months, the current one as far as it goes, against the nine before, rounded so that no single one shows; months that the service does not tell are those that were kept when they were over. emerging = rising beyond 20 % with at least ten enrolments in twelve months. yourGaps = the caller’s own open gaps in these skills. Counts of fewer people than the minimum cohort are suppressed. Too few enrolments: no trend.
         */
        get: operations["comparison.skill-demand"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/predictive/drop-off-risk/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How likely a learner is to leave a course within four weeks, why, and what to do
         * @description Logistic regression, trained on the 2013 presentations of the Open University (docs/model-card-drop-off-risk.md), on signals relative to the same run of the course: missing work, lateness, scores, progress, own views (all, and those of the last 14 days), days since the last activity where views are not known, and how many left the run lately. contribution = coefficient × (value − mean); with baselineLogOdds the contributions add up to the log-odds of riskProbability. Levels by multiples of the base rate: medium ≥ 1, high ≥ 2, critical ≥ 3. Where there is too little for the model, rule-v1 (model says so; contributions are points): +40 engagement under 50, +30 pace fell by more than 20 %, +30 nothing in 7 days. A reason to talk to somebody, for no decision about anybody. Course day under 7, or a roll that nobody knows: not_enough_data. Fewer than ten peers, or fewer than two signals: rule-v1, which gives a level and no probability, and where it has too little too: not_enough_data. Not going on in the course: not_enrolled. Not asked from whoever is foretold: a person who has switched predictions off is 403 PREDICTION_OPTED_OUT for others. A signal without a ranking has no peerPercentile. Where nothing is foretold there is no narrative. overall counts what the model says. A key needs `analytics:read`.
         */
        get: operations["predictive.drop-off-risk"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/predictive/forecast/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When a learner will have finished what is under way, and how sure that is
         * @description 1,000 paths of weekly topics (levels, steps), seeded by learner, item and day: blocks of four weeks drawn from the learner’s last twelve and, by three weeks’ worth, from the mean week of the run; each path as a whole faster or slower (log-normal, .5). completion = p10, p50, p90 of the days on which those who go on are done. outlook and onTimeProbability reckon with leaving, at the rate of the run’s last four weeks. grade = recent own scores (each counts .8 of the next), shrunk to the run’s mean by one score, with an 80 % interval. Without id: the active course due first, the first open skill, the first path. Something to plan by, for no mark and no decision about anybody (docs/model-card-forecast.md). Nothing under way is INSUFFICIENT_DATA, an id that is not under way NOT_FOUND. Nothing left, no pace or an unknown number of topics: no dates. No target date: no onTimeProbability. No score: no grade. A key needs `analytics:read`.
         */
        get: operations["predictive.forecast"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/predictive/recommendations/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which courses to take next, and why
         * @description Candidates: what Learner AI proposes and what the learner’s trainers teach; never a course that is completed or under way, nor one whose prerequisites are not met (level 2, or what the role asks for if less). score = .45 gap closed (levels × priority, against the most that a candidate closes) + .25 readiness (level in what it builds on) + .15 demand in the organization + .15 effectiveness (completion by the own organization, shrunk to one half by twenty people); parts that are not known are left out and the others make the whole. Ties by courseId. No more than two of one skill among the first five. context: skill_gap keeps courses that close a gap; velocity puts shorter ones first among equals. estimatedWeeks = topics / own topics a week of the last twelve weeks. Proposals to choose from: nobody is enrolled, measured or refused anything by them. No pace or length: estimatedWeeks null. Skills not known: nobody can say which prerequisites are met, so there is no list. A key needs `analytics:read`.
         */
        get: operations["predictive.recommendations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gamification/stats/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Points, level, streak and the latest achievement of a learner
         * @description Points: 100 for a completed course, 50 for an acquired skill, the score (0–100) of the first scored hand-in of an assessment, 10 for a practice session, 10 for a day with a meaningful activity (not a log-in); each thing once, at most 1,000 a calendar day. What is recorded in the ledger stays, and what the services say now is added. Levels begin at 0, 100, 300, 600, 1,000 and 1,500 points, then every 500. Streak: consecutive days with a meaningful activity; every tenth completed course gives a freeze (at most 3 are held), which saves one missed day. While a service or our stores fail: no points, level, streak or latest achievement that they could have raised. A service that is not configured, or knows nothing of the learner, adds no new points and no new days, and pointsBySource says which; what the ledger holds of it still counts in the total. Nothing known at all, and not every service could say: null, not 0. Nothing earned yet: latestAchievement null. A key needs `analytics:read`.
         */
        get: operations["gamification.stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gamification/achievements/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a learner has achieved, and how far the rest is
         * @description 39 achievements; each is earned at the event with which what it counts (courses, topics, skills, assessments passed, perfect scores, practice solved, questions resolved, points, days of the longest streak, active days, kinds of content) reaches its number. progressPercent = count / number, cut to a tenth. What an achievement counts is not known: neither earnedAt nor progressPercent, and it is not among the earned. Not earned yet: earnedAt null. While a service or our stores fail, every achievement that it could have brought is null, and so are the numbers of earned ones. A key needs `analytics:read`.
         */
        get: operations["gamification.achievements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gamification/leaderboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The learners of the caller’s organization or department by points
         * @description Active learners by the points they earned in the period (this ISO week, this calendar month, or always; at most 1,000 a calendar day). Equal points share a rank (1, 1, 3). percentile = mid-rank among the participants. Names are shown of those who chose public, and of the caller; anonymous people are shown without a name; hidden people are in nobody’s entries, ranks or counts. Fewer participants than the smallest group is COHORT_TOO_SMALL; no department of one’s own is INSUFFICIENT_DATA. Somebody in scope could not be read, or the organization has more than 2,000 learners who were not all read yet (then only those who have points in the ledger are shown): participants and percentile null. A name that the directory does not tell: displayName null. A hidden caller has points and no rank; a caller who does not take part has no `you`.
         */
        get: operations["gamification.leaderboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gamification/streak/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many days in a row a learner has learned
         * @description Consecutive calendar days with a meaningful activity (not a log-in), from the services and from the days in the ledger. One freeze by every tenth completed course, usable from the next day on, at most three held; a missed day spends one by itself, and the streak lives without growing. A day that is not over breaks nothing. While a service or our stores fail, streaks, freezes and status are null, and a day without a known activity is unknown. A service that is not configured, or knows nothing of the learner, leaves such days unknown (maintained null), and the streak is what is known of it. No activity known at all, and not every service could say: null, not 0. Courses not known: no freezes. A key needs `analytics:read`.
         */
        get: operations["gamification.streak"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboards/learner/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All of a learner’s analytics in one call
         * @description Each service is read at most once; a section that fails never fails the page. With Accept: text/event-stream each section is sent as soon as it is ready (event `section`, data `{name, section}`), then `done` with the page’s `meta`; put together they are the JSON. `meta` is the worst of all sections. A key needs `analytics:read`.
         */
        get: operations["dashboards.learner"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboards/trainer/{trainerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All of a trainer’s analytics in one call
         * @description Each service is read at most once; a section that fails never fails the page. With Accept: text/event-stream each section is sent as soon as it is ready (event `section`, data `{name, section}`), then `done` with the page’s `meta`; put together they are the JSON. `meta` is the worst of all sections. A key needs `analytics:read`.
         */
        get: operations["dashboards.trainer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboards/organization/{orgId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All of an organization’s analytics in one call
         * @description Each service is read at most once; a section that fails never fails the page. With Accept: text/event-stream each section is sent as soon as it is ready (event `section`, data `{name, section}`), then `done` with the page’s `meta`; put together they are the JSON. `meta` is the worst of all sections. A key needs `analytics:read`.
         */
        get: operations["dashboards.organization"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Choose for oneself
         * @description Changes what is named and leaves the rest; answers all of one’s preferences.
         */
        patch: operations["me.preferences"];
        trace?: never;
    };
    "/api/v1/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that is kept of oneself */
        get: operations["me.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Erase everything that is kept of oneself
         * @description Points, achievements, choices, history and log-ins are deleted, and the id is taken out of everything else. It cannot be undone. Nothing is recorded of the person again until they log in. Asking again answers the same. The token it was asked with stops working too.
         */
        delete: operations["me.erase"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{userId}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that is kept of a person
         * @description For the person, for an org_admin about people of the own organization, and for an admin; not for trainers.
         */
        get: operations["people.export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/people/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Erase everything that is kept of a person
         * @description For the person, for an org_admin about people of the own organization, and for an admin; not for trainers. Points, achievements, choices, history and log-ins are deleted, and the id is taken out of everything else. It cannot be undone. Nothing is recorded of the person again until they log in. Asking again answers the same.
         */
        delete: operations["people.erase"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what to whom, the newest first
         * @description For an org_admin of the own organization, and for an admin of any. Reads of others’ data are there (data.read), and those that a rule has refused (data.refused). A key needs `audit:read`.
         */
        get: operations["audit.entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gamification/points": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Award points for something a learner did
         * @description For an admin, and for an org_admin about people of the own organization; nobody awards points to themselves. That the course, the skill or the practice session exists and is the person’s is the caller’s word; an assessment is worth the score that Assessment knows. Every award is in the audit log with whoever made it. Entry, totals and achievements are one write. 201 for a new entry; 200 with the entry that is there when the same thing (userId, source, reference) was awarded before under another key. 409 while the same command is being worked on; 422 when the key was used for another body, or when there is no score to award. A key needs `points:write`.
         */
        post: operations["gamification.points"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The latest run of every job
         * @description For admins.
         */
        get: operations["jobs.latest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a job is
         * @description For admins, and for an org_admin where the run is the own organization’s.
         */
        get: operations["jobs.run"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Order a report
         * @description For whoever may read about the subject. A job makes it from the answers that the same person would get, with the same protection of small groups; statusUrl and the live event report_ready say when it is there. It is kept for 7 days.
         */
        post: operations["reports.order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a report is, and a link to it
         * @description For whoever ordered it, as long as that person may read about the subject. The link works once, for five minutes.
         */
        get: operations["reports.show"];
        put?: never;
        post?: never;
        /**
         * Delete a report and its file
         * @description For whoever ordered it. One that is being made is given up.
         */
        delete: operations["reports.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The file of a report, once per link
         * @description The token is all that is needed. One that is unknown, used or late is a 404.
         */
        get: operations["reports.download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/weekly-report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The weekly report that the caller gets */
        get: operations["me.weekly-report"];
        put?: never;
        /**
         * Get a report of one’s courses every week
         * @description For trainers; instead of the one before. Mails go to the address that the Auth service knows.
         */
        post: operations["me.weekly-report.set"];
        /** End the weekly report */
        delete: operations["me.weekly-report.end"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhooks/{service}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * For services: something has changed
         * @description What is kept about the subject is forgotten, so that the next answer is made from what the services say now. A service has secrets of ours (WEBHOOK_SECRETS); without one there is nothing here. 409 for a message that was taken before: there is no need to send it again. 503 when it cannot be kept now: send it again.
         */
        post: operations["webhooks.receive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/analytics/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the figures of a subject made anew
         * @description For whoever may read about the subject. What is kept of its answers is forgotten in every process; the next request makes them anew. Followers of the subject’s events hear of it as analytics_refreshed.
         */
        post: operations["analytics.refresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, as it happens
         * @description Server-sent events, until the caller leaves: points_awarded, achievement_unlocked, analytics_refreshed, risk_raised, report_ready, abuse_detected. To everyone what happens to themselves; to an org_admin also what is about the own organization as a whole. An event’s id is its place among all events: send it back as Last-Event-ID to go on from there. After 15 s of silence there is a comment. An event “end” with a reason (token_expired, token_revoked, shutting_down, unavailable, switched_off) is the last; reconnect with a good token, after what “retry” says. A reader that does not keep up is disconnected and can resume.
         */
        get: operations["events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics/definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What every figure means */
        get: operations["metrics.definitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/demo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether this is a demonstration, and whom to log in as
         * @description An empty list where people are real, and always in production.
         */
        get: operations["demo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integration/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether each service answers now
         * @description For trainers, org_admins and admins. Of the process that answers. Each is asked one harmless question, at most every five seconds.
         */
        get: operations["integration.health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integration/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How each service stands: breaker, calls under way, age of its last answer
         * @description For trainers, org_admins and admins. Of the process that answers.
         */
        get: operations["integration.status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integration/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each service did in the last hour, day or week
         * @description For trainers, org_admins and admins. Of all processes that share a Redis, restarts included; without one of the process that answers, since its start.
         */
        get: operations["integration.metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integration/mock-data/{service}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the sample world says in place of a service
         * @description For trainers, org_admins and admins. Where there is sample data; never of anybody real.
         */
        get: operations["integration.mockData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integration/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks one service a harmless question
         * @description For trainers, org_admins and admins. At most once a second, for all who ask.
         */
        post: operations["integration.test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/integration/circuit-breaker/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Closes the circuit breaker of a service
         * @description For org_admins and admins, and on record. In the process that answers; others close theirs by themselves.
         */
        post: operations["integration.resetBreaker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/status/freshness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How old what each service has said is, against what is promised
         * @description Of the process that answers.
         */
        get: operations["status.freshness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether this process is alive */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        WebhookMessage: {
            /** @description the sender’s id of what has happened */
            id?: string;
            /** @description what has happened, in the sender’s words */
            type: string;
            /**
             * Format: date-time
             * @description when it happened
             */
            occurredAt: string;
            /** @description whom or what it is about; an organization alone = all of it */
            subject: {
                userId?: string;
                courseId?: string;
                organizationId?: string;
            };
        };
        PlainMeta: {
            requestId: string;
        };
        /** @description Every error: our envelope and RFC 9457 in one body. */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            /** @constant */
            success: false;
            error: {
                /** @enum {string} */
                code: "VALIDATION_ERROR" | "UNAUTHORIZED" | "FORBIDDEN" | "PREDICTION_OPTED_OUT" | "NOT_FOUND" | "FEATURE_OFF" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "INSUFFICIENT_DATA" | "COHORT_TOO_SMALL" | "UNPROCESSABLE" | "RATE_LIMIT_EXCEEDED" | "CLIENT_CLOSED_REQUEST" | "INTERNAL_ERROR" | "UPSTREAM_INVALID" | "UPSTREAM_UNAVAILABLE" | "OVERLOADED" | "DEADLINE_EXCEEDED";
                message: string;
                details: {
                    field: string;
                    message: string;
                }[];
            };
            meta: {
                requestId: string;
                /** @description of the trace that the request is in, where there is one */
                traceId?: string;
            };
        };
        AnalyticMeta: {
            requestId: string;
            /**
             * Format: date-time
             * @description when the figures were computed
             */
            calculatedAt: string;
            dataSource: components["schemas"]["DataSource"];
            /**
             * Format: date-time
             * @description oldest input
             */
            asOf: string;
            cacheExpiry: string | null;
            /** @description false when a service’s part is missing */
            complete: boolean;
            sources: components["schemas"]["SourceRow"][];
            missing: components["schemas"]["MissingRow"][];
            metric: {
                id: string;
                version: number;
            };
            /** @description of predictions */
            model?: components["schemas"]["PredictionModel"];
            /** @description of answers that hold a narrative */
            narrative?: components["schemas"]["NarrativeNote"];
        };
        /**
         * @description From best to worst: fresh from the services, from a fresh cache, past its time, sample data.
         * @enum {string}
         */
        DataSource: "realtime" | "cached" | "stale" | "mock";
        /** @description One service’s part in an answer. */
        SourceRow: {
            service: components["schemas"]["Service"];
            /** @description null when the service gave nothing */
            dataSource: components["schemas"]["DataSource"] | null;
            asOf: string | null;
            /** @enum {string} */
            error?: "unavailable" | "timeout" | "invalid_response" | "not_found" | "rejected" | "cancelled" | "not_configured";
        };
        /**
         * @description One of the nine upstream services.
         * @enum {string}
         */
        Service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
        /** @description Why a figure is null. */
        MissingRow: {
            /** @description path into data */
            field: string;
            /** @enum {string} */
            reason: "unavailable" | "insufficient_data" | "suppressed" | "not_configured";
            service?: components["schemas"]["Service"];
        };
        /** @description Which model foretells, and how good it is. */
        PredictionModel: {
            id: string;
            version: number;
            /** @description of whom the model was made; it says nothing of others */
            population: string;
            /** @description how far ahead it looks; null = at no time to come */
            horizonDays: number | null;
            /** @description area under the ROC curve, on people it was not made from */
            auc: number | null;
            /** @description Brier score, on people it was not made from */
            brier: number | null;
            /** @description 1 = as bold as it may be */
            calibrationSlope: number | null;
            /** @description SHA-256 of what the model was told; the audit log has it too, and not the inputs */
            inputDigest: string;
        };
        /** @description Who put figures into words. */
        NarrativeNote: {
            /**
             * @description model = a language model wrote at least one text
             * @enum {string}
             */
            source: "model" | "rules";
            /** @description its name; null = rules wrote all of them */
            model: string | null;
        };
        SectionMeta: {
            /**
             * Format: date-time
             * @description when the figures were computed
             */
            calculatedAt: string;
            dataSource: components["schemas"]["DataSource"];
            /**
             * Format: date-time
             * @description oldest input
             */
            asOf: string;
            cacheExpiry: string | null;
            /** @description false when a service’s part is missing */
            complete: boolean;
            sources: components["schemas"]["SourceRow"][];
            missing: components["schemas"]["MissingRow"][];
            metric: {
                id: string;
                version: number;
            };
            /** @description of predictions */
            model?: components["schemas"]["PredictionModel"];
            /** @description of answers that hold a narrative */
            narrative?: components["schemas"]["NarrativeNote"];
        };
        ErrorSummary: {
            /** @enum {string} */
            code: "VALIDATION_ERROR" | "UNAUTHORIZED" | "FORBIDDEN" | "PREDICTION_OPTED_OUT" | "NOT_FOUND" | "FEATURE_OFF" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "INSUFFICIENT_DATA" | "COHORT_TOO_SMALL" | "UNPROCESSABLE" | "RATE_LIMIT_EXCEEDED" | "CLIENT_CLOSED_REQUEST" | "INTERNAL_ERROR" | "UPSTREAM_INVALID" | "UPSTREAM_UNAVAILABLE" | "OVERLOADED" | "DEADLINE_EXCEEDED";
            message: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "auth.login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            accessToken: string;
                            /** @description seconds */
                            expiresIn: number;
                            /** @description works once; keep it as you would a password */
                            refreshToken?: string;
                            user: {
                                id: string;
                                email: string | null;
                                fullName: string | null;
                                roles: ("learner" | "trainer" | "org_admin" | "admin")[];
                                organizationId: string | null;
                            };
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth.refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            accessToken: string;
                            /** @description seconds */
                            expiresIn: number;
                            /** @description works once; keep it as you would a password */
                            refreshToken?: string;
                            user: {
                                id: string;
                                email: string | null;
                                fullName: string | null;
                                roles: ("learner" | "trainer" | "org_admin" | "admin")[];
                                organizationId: string | null;
                            };
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth.logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @constant */
                            loggedOut: true;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth.me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            user: {
                                id: string;
                                email: string | null;
                                fullName: string | null;
                                roles: ("learner" | "trainer" | "org_admin" | "admin")[];
                                organizationId: string | null;
                            };
                            /** @description null when they cannot be read now */
                            preferences: {
                                /**
                                 * @description public = by name, anonymous = without a name, hidden = in nobody’s view and in no count
                                 * @enum {string}
                                 */
                                leaderboardPrivacy: "public" | "anonymous" | "hidden";
                                /** @description false = predictions about one are shown to nobody but oneself; what can be seen today still is */
                                predictiveAnalytics: boolean;
                                /** @description whether a language model may put figures about this person into words */
                                aiNarratives: boolean;
                                /** @description IANA name; null = the organization’s */
                                timeZone: string | null;
                            } | null;
                            /** @description about which subjects this caller may ask: itself, those it teaches, its organization, anyone; person = all that is kept of somebody, to export or to erase it */
                            capabilities: {
                                /** @enum {string} */
                                subject: "learner" | "trainer" | "organization" | "person";
                                of: ("self" | "taught" | "own_organization" | "any")[];
                            }[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth.session.csrf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description null = not logged in */
                            csrfToken: string | null;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth.session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: email */
                    email: string;
                    password: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description to be sent as X-CSRF-Token with whatever changes something; the cookie __Host-csrf has it too */
                            csrfToken: string;
                            /** @description seconds */
                            expiresIn: number;
                            user: {
                                id: string;
                                email: string | null;
                                fullName: string | null;
                                roles: ("learner" | "trainer" | "org_admin" | "admin")[];
                                organizationId: string | null;
                            };
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "auth.session.refresh": {
        parameters: {
            query?: never;
            header: {
                /** @description the csrfToken */
                "X-CSRF-Token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description to be sent as X-CSRF-Token with whatever changes something; the cookie __Host-csrf has it too */
                            csrfToken: string;
                            /** @description seconds */
                            expiresIn: number;
                            user: {
                                id: string;
                                email: string | null;
                                fullName: string | null;
                                roles: ("learner" | "trainer" | "org_admin" | "admin")[];
                                organizationId: string | null;
                            };
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "apiKeys.list": {
        parameters: {
            query?: {
                /** @description whose keys; default: the caller’s own */
                organizationId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            keys: {
                                id: string;
                                name: string;
                                /** @description the one organization that it acts in */
                                organizationId: string;
                                scopes: ("analytics:read" | "audit:read" | "points:write")[];
                                quotaPerHour: number;
                                /** @description null = somebody who was erased */
                                createdBy: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** @description null = it has its first secret */
                                rotatedAt: string | null;
                                /** @description null = never */
                                lastUsedAt: string | null;
                                /** @description null = it works */
                                revokedAt: string | null;
                            }[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "apiKeys.create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description what it is for; no names of people */
                    name: string;
                    /** @description analytics:read = figures and dashboards about the organization and its people; audit:read = its audit log; points:write = award points */
                    scopes: ("analytics:read" | "audit:read" | "points:write")[];
                    /** @default 1000 */
                    quotaPerHour?: number;
                    /** @description whose it is; default: the caller’s own */
                    organizationId?: string;
                };
            };
        };
        responses: {
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            key: {
                                id: string;
                                name: string;
                                /** @description the one organization that it acts in */
                                organizationId: string;
                                scopes: ("analytics:read" | "audit:read" | "points:write")[];
                                quotaPerHour: number;
                                /** @description null = somebody who was erased */
                                createdBy: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** @description null = it has its first secret */
                                rotatedAt: string | null;
                                /** @description null = never */
                                lastUsedAt: string | null;
                                /** @description null = it works */
                                revokedAt: string | null;
                            };
                            /** @description shown this once; only a hash of it is kept */
                            secret: string;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "apiKeys.rotate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description how long the former secret goes on working; 0 when it has leaked
                     * @default 86400
                     */
                    overlapSeconds?: number;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            key: {
                                id: string;
                                name: string;
                                /** @description the one organization that it acts in */
                                organizationId: string;
                                scopes: ("analytics:read" | "audit:read" | "points:write")[];
                                quotaPerHour: number;
                                /** @description null = somebody who was erased */
                                createdBy: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** @description null = it has its first secret */
                                rotatedAt: string | null;
                                /** @description null = never */
                                lastUsedAt: string | null;
                                /** @description null = it works */
                                revokedAt: string | null;
                            };
                            /** @description shown this once; only a hash of it is kept */
                            secret: string;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "apiKeys.revoke": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @constant */
                            revoked: true;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "learner.velocity": {
        parameters: {
            query?: {
                /** @description first day of the range, included; not after today (400). Where figures are made of events (engagement, performance, content effectiveness) not more than 723 days back (400) */
                startDate?: string;
                /** @description last day of the range, included; default today. Weeks that have not begun are not told */
                endDate?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description whose figures these are */
                            userId: string;
                            currentPace: number | null;
                            targetPace: number | null;
                            /** @constant */
                            unit: "topics_per_week";
                            trend: ("accelerating" | "steady" | "decelerating" | "stalled") | null;
                            trendPercent: number | null;
                            status: ("ahead" | "on_track" | "behind" | "no_target") | null;
                            remainingTopics: number | null;
                            estimatedCompletion: string | null;
                            milestones: {
                                /** @description a completed course */
                                courseId: string;
                                name: string | null;
                                /**
                                 * Format: date-time
                                 * @description when it was completed (ISO 8601, UTC)
                                 */
                                completedAt: string;
                                daysToComplete: number | null;
                            }[] | null;
                            weekly: {
                                /**
                                 * Format: date
                                 * @description Monday of the week (calendar day in the organization’s time zone)
                                 */
                                weekStart: string;
                                /** @description topics first completed in it */
                                topicsCompleted: number;
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "learner.skill-gap": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            totalGaps: number | null;
                            criticalGaps: number | null;
                            coveragePercent: number | null;
                            gaps: {
                                /** @description a skill */
                                skillId: string;
                                skillName: string | null;
                                category: string | null;
                                /** @description what the learner can, 0 missing … 4 expert */
                                currentLevel: number;
                                /** @description what the role asks for, 0 missing … 4 expert */
                                requiredLevel: number;
                                /** @description levels missing */
                                gap: number;
                                /**
                                 * @description how urgent
                                 * @enum {string}
                                 */
                                priority: "low" | "medium" | "high" | "critical";
                                /** @description weighted importance (score, 0–100) */
                                priorityScore: number;
                                priorityParts: {
                                    /** @description gap against the required level (score, 0–100) */
                                    gap: number;
                                    business: number | null;
                                    market: number | null;
                                    /** @description open skills that wait for this one (score, 0–100) */
                                    prerequisites: number;
                                    career: number | null;
                                };
                                estimatedWeeksToClose: number | null;
                            }[] | null;
                            topPriority: string | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "learner.engagement": {
        parameters: {
            query?: {
                /** @description first day of the range, included; not after today (400). Where figures are made of events (engagement, performance, content effectiveness) not more than 723 days back (400) */
                startDate?: string;
                /** @description last day of the range, included; default today. Weeks that have not begun are not told */
                endDate?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            overallScore: number | null;
                            level: ("high" | "medium" | "low") | null;
                            trend: ("rising" | "steady" | "falling") | null;
                            trendPercent: number | null;
                            parts: {
                                consistency: number | null;
                                time: number | null;
                                quality: number | null;
                                diversity: number | null;
                            };
                            /**
                             * @description what the parts are measured against
                             * @enum {string}
                             */
                            partsBasis: "fixed_reference" | "peers";
                            activeDays: number | null;
                            sessionsPerWeek: number | null;
                            averageSessionMinutes: number | null;
                            lastActiveAt: string | null;
                            byType: {
                                video: number | null;
                                reading: number | null;
                                practice: number | null;
                                assessment: number | null;
                                discussion: number | null;
                            };
                            weekly: {
                                /**
                                 * Format: date
                                 * @description Monday of the week (calendar day in the organization’s time zone)
                                 */
                                weekStart: string;
                                score: number | null;
                            }[] | null;
                            peerPercentile: number | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "learner.mastery": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            overallPercent: number | null;
                            masteredSkills: number | null;
                            inProgressSkills: number | null;
                            skills: {
                                /** @description a skill */
                                skillId: string;
                                skillName: string | null;
                                masteryPercent: number | null;
                                level: ("beginner" | "intermediate" | "advanced" | "expert") | null;
                                /**
                                 * @description how far
                                 * @enum {string}
                                 */
                                status: "mastered" | "in_progress" | "not_started";
                                successProbability: number | null;
                                evidence: number | null;
                                acquiredAt: string | null;
                                weeksToMaster: number | null;
                            }[] | null;
                            distribution: {
                                /** @description skills at this level */
                                beginner: number;
                                /** @description skills at this level */
                                intermediate: number;
                                /** @description skills at this level */
                                advanced: number;
                                /** @description skills at this level */
                                expert: number;
                            } | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "learner.performance": {
        parameters: {
            query?: {
                /** @description first day of the range, included; not after today (400). Where figures are made of events (engagement, performance, content effectiveness) not more than 723 days back (400) */
                startDate?: string;
                /** @description last day of the range, included; default today. Weeks that have not begun are not told */
                endDate?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            averageScore: number | null;
                            medianScore: number | null;
                            trend: ("improving" | "stable" | "declining") | null;
                            trendPerAttempt: number | null;
                            assessmentsTaken: number | null;
                            passRatePercent: {
                                /** @description share of scored attempts that passed (percent, 0–100) */
                                value: number;
                                /** @description share of scored attempts that passed: lower end of the 95 % interval (percent, 0–100) */
                                low: number;
                                /** @description share of scored attempts that passed: upper end of the 95 % interval (percent, 0–100) */
                                high: number;
                            } | null;
                            tardiness: {
                                /** @description assessments that can be judged */
                                total: number;
                                /** @description handed in by the due date */
                                onTime: number;
                                /** @description handed in after it */
                                late: number;
                                /** @description due and not handed in */
                                missing: number;
                                /** @description handed in, without a due date */
                                floating: number;
                            } | null;
                            bySkill: {
                                /** @description a skill */
                                skillId: string;
                                skillName: string | null;
                                averageScore: number | null;
                                /** @description scores on this skill */
                                attempts: number;
                                trend: ("improving" | "stable" | "declining") | null;
                            }[] | null;
                            /** @description the ten latest, newest first */
                            recentScores: {
                                /** @description an assessment */
                                assessmentId: string;
                                /** @description what was reached (score, 0–100) */
                                score: number;
                                /**
                                 * Format: date-time
                                 * @description when it was handed in (ISO 8601, UTC)
                                 */
                                submittedAt: string;
                            }[] | null;
                            expectedNextScore: {
                                /** @description what the next score is expected to be (score, 0–100) */
                                value: number;
                                /** @description what the next score is expected to be: lower end of the 95 % interval (score, 0–100) */
                                low: number;
                                /** @description what the next score is expected to be: upper end of the 95 % interval (score, 0–100) */
                                high: number;
                            } | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "learner.content-effectiveness": {
        parameters: {
            query?: {
                /** @description first day of the range, included; not after today (400). Where figures are made of events (engagement, performance, content effectiveness) not more than 723 days back (400) */
                startDate?: string;
                /** @description last day of the range, included; default today. Weeks that have not begun are not told */
                endDate?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            byType: {
                                /**
                                 * @description kind of content
                                 * @enum {string}
                                 */
                                contentType: "video" | "reading" | "presentation" | "audio" | "code" | "quiz" | "mind_map";
                                effectivenessScore: number | null;
                                completionPercent: number | null;
                                gain: {
                                    /** @description normalised gain, percent of what was left to gain, −100 to 100 */
                                    value: number;
                                    /** @description lower end of the 95 % interval */
                                    low: number;
                                    /** @description upper end of the 95 % interval */
                                    high: number;
                                } | null;
                                /** @description different pieces of content seen */
                                items: number;
                                minutes: number | null;
                            }[] | null;
                            mostEffective: ("video" | "reading" | "presentation" | "audio" | "code" | "quiz" | "mind_map") | null;
                            leastEffective: ("video" | "reading" | "presentation" | "audio" | "code" | "quiz" | "mind_map") | null;
                            recommendations: {
                                /**
                                 * @description what to do
                                 * @enum {string}
                                 */
                                code: "more_of_most_effective" | "finish_what_is_started" | "try_other_types";
                                contentType: ("video" | "reading" | "presentation" | "audio" | "code" | "quiz" | "mind_map") | null;
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "trainer.course-performance": {
        parameters: {
            query?: {
                /** @description first day of the range, included; not after today (400). Where figures are made of events (engagement, performance, content effectiveness) not more than 723 days back (400) */
                startDate?: string;
                /** @description last day of the range, included; default today. Weeks that have not begun are not told */
                endDate?: string;
                /** @description only this one of the trainer’s courses */
                courseId?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                trainerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            totalCourses: number | null;
                            totalLearners: number | null;
                            completionPercent: number | null;
                            averageRating: number | null;
                            /** @description by course id */
                            courses: {
                                /** @description a course of the trainer */
                                courseId: string;
                                title: string | null;
                                enrollments: number | null;
                                active: number | null;
                                completions: number | null;
                                withdrawals: number | null;
                                completionPercent: number | null;
                                averageScore: number | null;
                                medianScore: number | null;
                                averageRating: number | null;
                                ratings: number | null;
                                enrollmentTrend: ("rising" | "steady" | "falling") | null;
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "trainer.course-health": {
        parameters: {
            query?: {
                /** @description first day of the range, included; not after today (400). Where figures are made of events (engagement, performance, content effectiveness) not more than 723 days back (400) */
                startDate?: string;
                /** @description last day of the range, included; default today. Weeks that have not begun are not told */
                endDate?: string;
                /** @description only this one of the trainer’s courses */
                courseId?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                trainerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            healthy: number | null;
                            watch: number | null;
                            atRisk: number | null;
                            courses: {
                                /** @description a course */
                                courseId: string;
                                title: string | null;
                                healthScore: number | null;
                                status: ("healthy" | "watch" | "at_risk") | null;
                                parts: {
                                    completion: number | null;
                                    engagement: number | null;
                                    outcomes: number | null;
                                    retention: number | null;
                                    satisfaction: number | null;
                                };
                                survival: {
                                    /** @description whole weeks since enrolment, 0–52 */
                                    week: number;
                                    /** @description not withdrawn by the end of the week (Kaplan–Meier) (percent, 0–100) */
                                    remainingPercent: number;
                                }[] | null;
                                alerts: {
                                    /**
                                     * @description what to look at
                                     * @enum {string}
                                     */
                                    code: "dropout_spike" | "topic_where_most_stop" | "engagement_falling" | "rating_drop";
                                    /** @description whole weeks since enrolment; of dropout_spike */
                                    week?: number;
                                    topicId?: string | null;
                                    /** @description dropout_spike: hazard of the week (percent); topic_where_most_stop: share of those who stopped (percent); engagement_falling: change (percent, below 0); rating_drop: points of 1–5 */
                                    value: number;
                                }[] | null;
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "trainer.student-distribution": {
        parameters: {
            query?: {
                /** @description first day of the range, included; not after today (400). Where figures are made of events (engagement, performance, content effectiveness) not more than 723 days back (400) */
                startDate?: string;
                /** @description last day of the range, included; default today. Weeks that have not begun are not told */
                endDate?: string;
                /** @description only this one of the trainer’s courses */
                courseId?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                trainerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            totalLearners: number | null;
                            byLevel: {
                                beginner: number | null;
                                intermediate: number | null;
                                advanced: number | null;
                                expert: number | null;
                                unknown: number | null;
                            };
                            byProgress: {
                                notStarted: number | null;
                                inProgress: number | null;
                                completed: number | null;
                                withdrawn: number | null;
                            };
                            byPerformance: {
                                struggling: number | null;
                                onTrack: number | null;
                                excelling: number | null;
                                noGradeYet: number | null;
                            };
                            /** @description from 0–9 to 90–100 */
                            scoreHistogram: (number | null)[];
                            quartiles: {
                                p25: number | null;
                                p50: number | null;
                                p75: number | null;
                                p90: number | null;
                            };
                            attempts: {
                                one: number | null;
                                two: number | null;
                                three: number | null;
                                fourPlus: number | null;
                            };
                            /** @description most reasons first, then longest inactive; at most 20 */
                            atRisk: {
                                /** @description a person with at least two reasons */
                                userId: string;
                                fullName: string | null;
                                riskProbability: number | null;
                                /** @description at least two */
                                reasons: ("inactive_7_days" | "behind_plan" | "low_scores" | "missing_work")[];
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "trainer.teaching-effectiveness": {
        parameters: {
            query?: {
                /** @description first day of the range, included; not after today (400). Where figures are made of events (engagement, performance, content effectiveness) not more than 723 days back (400) */
                startDate?: string;
                /** @description last day of the range, included; default today. Weeks that have not begun are not told */
                endDate?: string;
                /** @description only this one of the trainer’s courses */
                courseId?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                trainerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            overallScore: number | null;
                            parts: {
                                passRate: number | null;
                                completion: number | null;
                                learningGain: number | null;
                                satisfaction: number | null;
                                firstTryPass: number | null;
                            };
                            passRateVsPeers: {
                                /** @description pass rate less the mean of comparable courses (points) */
                                delta: number;
                                percentile: number | null;
                            } | null;
                            learningGain: {
                                /** @description scores after less scores before (pooled standard deviations) */
                                cohensD: number;
                                /** @description lower end of the 95 % interval */
                                low: number;
                                /** @description upper end of the 95 % interval */
                                high: number;
                                /** @description pairs of scores */
                                n: number;
                            } | null;
                            satisfaction: {
                                average: number | null;
                                trend: ("improving" | "stable" | "declining") | null;
                                responses: number | null;
                            };
                            /** @description parts of at least 75 */
                            strengths: ("pass_rate" | "completion" | "learning_gain" | "satisfaction" | "first_try_pass")[] | null;
                            /** @description parts under 55 */
                            improvements: ("pass_rate" | "completion" | "learning_gain" | "satisfaction" | "first_try_pass")[] | null;
                            peers: {
                                n: number | null;
                            };
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "organization.learning-velocity": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the organization */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            overallPace: number | null;
                            targetPace: number | null;
                            trend: ("rising" | "steady" | "falling") | null;
                            onTrackPercent: number | null;
                            learners: number | null;
                            active: number | null;
                            completionWeeks: {
                                median: number | null;
                                p90: number | null;
                            };
                            departments: {
                                /** @description a department; unassigned = in none */
                                departmentId: string;
                                name: string | null;
                                pace: number | null;
                                learners: number | null;
                                onTrackPercent: number | null;
                                /** @description true = too few people to be told about */
                                suppressed: boolean;
                            }[] | null;
                            monthly: {
                                /** @description calendar month (YYYY-MM, in the organization’s time zone) */
                                month: string;
                                pace: number | null;
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "organization.strategic-alignment": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the organization */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            overallPercent: number | null;
                            goals: {
                                /** @description a goal */
                                goalId: string;
                                name: string | null;
                                weight: number | null;
                                alignmentPercent: number | null;
                                parts: {
                                    kpi: number | null;
                                    skillCoverage: number | null;
                                    compliance: number | null;
                                };
                                aligned: number | null;
                                total: number | null;
                                status: ("aligned" | "partly_aligned" | "off_track") | null;
                            }[] | null;
                            criticalGaps: {
                                /** @description a skill */
                                skillId: string;
                                name: string | null;
                                /** @description levels lacking per learner */
                                shortfall: number;
                            }[] | null;
                            estimatedWeeksToClose: number | null;
                            actions: {
                                /**
                                 * @description what to do
                                 * @enum {string}
                                 */
                                code: "train_skill" | "finish_assigned_courses" | "review_goal";
                                skillId: string | null;
                                people: number | null;
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "organization.department-analytics": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the organization */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            departments: {
                                /** @description a department; unassigned = in none */
                                departmentId: string;
                                name: string | null;
                                learners: number | null;
                                completionPercent: number | null;
                                engagementScore: number | null;
                                averageScore: number | null;
                                skillsCovered: number | null;
                                trend: ("rising" | "steady" | "falling") | null;
                                /** @description true = too few people to be told about */
                                suppressed: boolean;
                            }[] | null;
                            comparison: {
                                highestEngagement: string | null;
                                lowestEngagement: string | null;
                                mostImproved: string | null;
                            } | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "organization.learning-culture": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the organization */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            overallScore: number | null;
                            parts: {
                                voluntaryParticipation: number | null;
                                voluntaryCompletion: number | null;
                                knowledgeSharing: number | null;
                                mentoring: number | null;
                                continuity: number | null;
                            };
                            indicators: {
                                /**
                                 * @description a part
                                 * @enum {string}
                                 */
                                code: "voluntary_participation" | "voluntary_completion" | "knowledge_sharing" | "mentoring" | "continuity";
                                score: number | null;
                                trend: ("rising" | "steady" | "falling") | null;
                            }[];
                            history: {
                                /** @description calendar month (YYYY-MM, in the organization’s time zone) */
                                month: string;
                                score: number | null;
                            }[];
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "comparison.peer": {
        parameters: {
            query?: {
                /** @description whose people are peers; platform is INSUFFICIENT_DATA as long as no service lists them */
                scope?: "organization" | "platform";
                /** @description peers of this level */
                level?: "own" | "any" | "beginner" | "intermediate" | "advanced" | "expert";
                /** @description peers who have some of this skill */
                skillId?: string;
                /** @description peers who are enrolled in this course */
                courseId?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            metrics: {
                                /**
                                 * @description what is compared
                                 * @enum {string}
                                 */
                                metric: "average_score" | "topics_per_week" | "completion_percent" | "practice_sessions" | "questions_asked";
                                value: number | null;
                                peerMedian: number | null;
                                peerMean: number | null;
                                percentile: number | null;
                            }[];
                            cohort: {
                                /**
                                 * @description whose people the peers are
                                 * @constant
                                 */
                                scope: "organization";
                                /** @description peers */
                                size: number;
                                filters: {
                                    level: ("beginner" | "intermediate" | "advanced" | "expert") | null;
                                    skillId: string | null;
                                    courseId: string | null;
                                };
                            };
                            insights: {
                                /**
                                 * @description what stands out
                                 * @enum {string}
                                 */
                                code: "above_peers" | "below_peers";
                                /**
                                 * @description in which metric
                                 * @enum {string}
                                 */
                                metric: "average_score" | "topics_per_week" | "completion_percent" | "practice_sessions" | "questions_asked";
                                /** @description distance from the peers’ median (percent) */
                                deltaPercent: number;
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "comparison.skill-demand": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            topSkills: {
                                /** @description a skill */
                                skillId: string;
                                name: string | null;
                                /** @description how much it is asked for (score, 0–100) */
                                demandScore: number;
                                learners: number | null;
                                /** @description goals that name it */
                                requiredBy: number;
                                openGaps: number | null;
                                trend: ("rising" | "steady" | "falling") | null;
                                trendPercent: number | null;
                            }[] | null;
                            emerging: {
                                /** @description a skill */
                                skillId: string;
                                name: string | null;
                                /** @description how much it is asked for (score, 0–100) */
                                demandScore: number;
                                learners: number | null;
                                /** @description goals that name it */
                                requiredBy: number;
                                openGaps: number | null;
                                trend: ("rising" | "steady" | "falling") | null;
                                trendPercent: number | null;
                            }[] | null;
                            yourGaps: {
                                /** @description a skill */
                                skillId: string;
                                name: string | null;
                                /** @description levels lacking */
                                gap: number;
                                /** @description how much it is asked for (score, 0–100) */
                                demandScore: number;
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "predictive.drop-off-risk": {
        parameters: {
            query?: {
                /** @description only this course */
                courseId?: string;
                /** @description of the narrative; codes and figures are the same in all */
                language?: "en" | "he" | "ar";
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            risks: {
                                /** @description a course */
                                courseId: string;
                                title: string | null;
                                status: ("ok" | "not_enough_data" | "not_enrolled") | null;
                                model: ("drop-off-risk" | "rule-v1") | null;
                                riskProbability: number | null;
                                riskLevel: ("low" | "medium" | "high" | "critical") | null;
                                horizonDays: number | null;
                                notPassingProbability: number | null;
                                baselineLogOdds: number | null;
                                factors: {
                                    /**
                                     * @description what was looked at
                                     * @enum {string}
                                     */
                                    code: "missed_work" | "lateness" | "score" | "progress" | "activity" | "recent_activity" | "recency" | "run_attrition" | "low_engagement" | "falling_pace" | "inactive_7_days";
                                    /** @description above 0 raises the risk (log-odds; rule-v1: points) */
                                    contribution: number;
                                    value: number | null;
                                    peerPercentile: number | null;
                                }[] | null;
                                interventions: {
                                    /**
                                     * @description what to do
                                     * @enum {string}
                                     */
                                    code: "agree_on_missing_work" | "plan_hand_ins" | "offer_help_with_content" | "set_next_step" | "get_in_touch";
                                    /**
                                     * @description how soon
                                     * @enum {string}
                                     */
                                    urgency: "routine" | "soon" | "now";
                                    /** @description by when, hours from now */
                                    dueHours: number;
                                }[] | null;
                                narrative: string | null;
                            }[] | null;
                            overall: ("low" | "medium" | "high" | "critical") | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. The subject has chosen that nobody else is shown predictions. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. This is switched off for this subject’s organization, or for this subject; asking again is of no use. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "predictive.forecast": {
        parameters: {
            query?: {
                /** @description what is under way */
                type?: "course" | "skill" | "learning_path";
                /** @description of the course, skill or learning path; default the one due first */
                id?: string;
                /** @description of the narrative; codes and figures are the same in all */
                language?: "en" | "he" | "ar";
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            item: {
                                /**
                                 * @description what is under way
                                 * @enum {string}
                                 */
                                type: "course" | "skill" | "learning_path";
                                /** @description of the course, skill or learning path */
                                id: string;
                                name: string | null;
                            } | null;
                            currentPercent: number | null;
                            completion: {
                                p10: string | null;
                                p50: string | null;
                                p90: string | null;
                            } | null;
                            targetDate: string | null;
                            onTimeProbability: number | null;
                            grade: {
                                /** @description expected next score (score, 0–100) */
                                value: number;
                                /** @description lower end of its 80 % interval (score, 0–100) */
                                low: number;
                                /** @description upper end of its 80 % interval (score, 0–100) */
                                high: number;
                            } | null;
                            scenarios: {
                                /**
                                 * @description at the p10, p50 and p90 of completion
                                 * @enum {string}
                                 */
                                code: "best" | "expected" | "worst";
                                /** @description topics, levels or steps a week */
                                pacePerWeek: number;
                                date: string | null;
                            }[] | null;
                            milestones: {
                                /** @description finished (percent, 0–100) */
                                percent: number;
                                date: string | null;
                            }[] | null;
                            outlook: {
                                /**
                                 * @description four weeks from now, and the target date
                                 * @enum {string}
                                 */
                                code: "four_weeks" | "target_date";
                                /**
                                 * Format: date
                                 * @description the day it is about (calendar day in the organization’s time zone)
                                 */
                                date: string;
                                percent: {
                                    /** @description finished by then: where one path in ten is at most (percent, 0–100) */
                                    p10: number;
                                    /** @description finished by then: where half of the paths are at most (percent, 0–100) */
                                    p50: number;
                                    /** @description finished by then: where nine paths in ten are at most (percent, 0–100) */
                                    p90: number;
                                };
                            }[] | null;
                            narrative: string | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. The subject has chosen that nobody else is shown predictions. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. This is switched off for this subject’s organization, or for this subject; asking again is of no use. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "predictive.recommendations": {
        parameters: {
            query?: {
                /** @description what matters most */
                context?: "skill_gap" | "velocity" | "general";
                /** @description at most so many */
                limit?: number;
                /** @description of the narrative; codes and figures are the same in all */
                language?: "en" | "he" | "ar";
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            recommendations: {
                                /** @description of the recommendation */
                                id: string;
                                /**
                                 * @description what is recommended
                                 * @enum {string}
                                 */
                                type: "course";
                                /** @description a course */
                                courseId: string;
                                title: string | null;
                                /** @description 1 = first */
                                rank: number;
                                /** @description how much speaks for it (score, 0–100) */
                                score: number;
                                reasons: {
                                    /**
                                     * @description what speaks for it
                                     * @enum {string}
                                     */
                                    code: "closes_gap" | "ready" | "in_demand" | "works_for_peers" | "proposed";
                                    value: number | null;
                                }[];
                                closes: {
                                    /** @description a skill */
                                    skillId: string;
                                    /** @description levels lacking */
                                    gap: number;
                                }[];
                                estimatedWeeks: number | null;
                                narrative: string | null;
                            }[] | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. The subject has chosen that nobody else is shown predictions. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. This is switched off for this subject’s organization, or for this subject; asking again is of no use. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "gamification.stats": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            totalPoints: number | null;
                            level: number | null;
                            levelName: ("beginner" | "learner" | "contributor" | "expert" | "master" | "numbered") | null;
                            levelProgressPercent: number | null;
                            nextLevelPoints: number | null;
                            currentStreak: number | null;
                            longestStreak: number | null;
                            streakFreezes: number | null;
                            latestAchievement: {
                                /** @description an achievement */
                                id: string;
                                /** @description its code in the catalogue */
                                code: string;
                                /**
                                 * @description how hard it is, from bronze to platinum
                                 * @enum {string}
                                 */
                                tier: "bronze" | "silver" | "gold" | "platinum";
                                /**
                                 * Format: date-time
                                 * @description when it was earned (ISO 8601, UTC)
                                 */
                                earnedAt: string;
                            } | null;
                            pointsBySource: {
                                course: number | null;
                                skill: number | null;
                                assessment: number | null;
                                practice: number | null;
                                streakDay: number | null;
                            } | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "gamification.achievements": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description achievements there are */
                            total: number;
                            earned: number | null;
                            byTier: {
                                bronze: {
                                    /** @description bronze achievements there are */
                                    total: number;
                                    earned: number | null;
                                };
                                silver: {
                                    /** @description silver achievements there are */
                                    total: number;
                                    earned: number | null;
                                };
                                gold: {
                                    /** @description gold achievements there are */
                                    total: number;
                                    earned: number | null;
                                };
                                platinum: {
                                    /** @description platinum achievements there are */
                                    total: number;
                                    earned: number | null;
                                };
                            };
                            achievements: {
                                /** @description an achievement */
                                id: string;
                                /** @description its code in the catalogue */
                                code: string;
                                /**
                                 * @description how hard it is, from bronze to platinum
                                 * @enum {string}
                                 */
                                tier: "bronze" | "silver" | "gold" | "platinum";
                                earnedAt: string | null;
                                progressPercent: number | null;
                            }[];
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "gamification.leaderboard": {
        parameters: {
            query?: {
                /** @description weekly = since Monday; monthly = since the first of the month; alltime = ever */
                period?: "weekly" | "monthly" | "alltime";
                /** @description the caller’s organization, or the caller’s department */
                scope?: "organization" | "department";
                /** @description entries of a page */
                limit?: number;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            entries: {
                                /** @description from 1; equal points share it */
                                rank: number;
                                displayName: string | null;
                                /** @description points of the period */
                                points: number;
                                /** @description whether this is the caller */
                                isYou: boolean;
                            }[] | null;
                            you: {
                                rank: number | null;
                                percentile: number | null;
                                /** @description the caller’s points of the period */
                                points: number;
                            } | null;
                            participants: number | null;
                            /**
                             * Format: date-time
                             * @description when the learners were last read; points earned since are not in it (ISO 8601, UTC)
                             */
                            refreshedAt: string;
                            nextCursor: string | null;
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "gamification.streak": {
        parameters: {
            query?: {
                /** @description full = an answer with a missing part is a 503 instead */
                completeness?: "partial" | "full";
                /** @description true = worked out anew, past every cache, and counted as a refresh; for an org_admin or an admin */
                fresh?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            currentStreak: number | null;
                            longestStreak: number | null;
                            freezes: number | null;
                            status: ("active" | "at_risk" | "broken" | "none") | null;
                            /** @description the last 30 days, oldest first */
                            history: {
                                /**
                                 * Format: date
                                 * @description the day (calendar day in the organization’s time zone)
                                 */
                                date: string;
                                maintained: boolean | null;
                                source: ("activity" | "freeze") | null;
                                frozen: boolean | null;
                            }[];
                        };
                        meta: components["schemas"]["AnalyticMeta"];
                    };
                };
            };
            /** @description What the caller holds is still good. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA COHORT_TOO_SMALL */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UPSTREAM_INVALID */
            502: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description DEADLINE_EXCEEDED */
            504: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "dashboards.learner": {
        parameters: {
            query?: {
                /** @description comma-separated sections, default all: velocity, skillGap, engagement, mastery, performance, contentEffectiveness */
                include?: string;
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            sections: {
                                velocity?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        /** @description whose figures these are */
                                        userId: string;
                                        currentPace: number | null;
                                        targetPace: number | null;
                                        /** @constant */
                                        unit: "topics_per_week";
                                        trend: ("accelerating" | "steady" | "decelerating" | "stalled") | null;
                                        trendPercent: number | null;
                                        status: ("ahead" | "on_track" | "behind" | "no_target") | null;
                                        remainingTopics: number | null;
                                        estimatedCompletion: string | null;
                                        milestones: {
                                            /** @description a completed course */
                                            courseId: string;
                                            name: string | null;
                                            /**
                                             * Format: date-time
                                             * @description when it was completed (ISO 8601, UTC)
                                             */
                                            completedAt: string;
                                            daysToComplete: number | null;
                                        }[] | null;
                                        weekly: {
                                            /**
                                             * Format: date
                                             * @description Monday of the week (calendar day in the organization’s time zone)
                                             */
                                            weekStart: string;
                                            /** @description topics first completed in it */
                                            topicsCompleted: number;
                                        }[] | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                skillGap?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        totalGaps: number | null;
                                        criticalGaps: number | null;
                                        coveragePercent: number | null;
                                        gaps: {
                                            /** @description a skill */
                                            skillId: string;
                                            skillName: string | null;
                                            category: string | null;
                                            /** @description what the learner can, 0 missing … 4 expert */
                                            currentLevel: number;
                                            /** @description what the role asks for, 0 missing … 4 expert */
                                            requiredLevel: number;
                                            /** @description levels missing */
                                            gap: number;
                                            /**
                                             * @description how urgent
                                             * @enum {string}
                                             */
                                            priority: "low" | "medium" | "high" | "critical";
                                            /** @description weighted importance (score, 0–100) */
                                            priorityScore: number;
                                            priorityParts: {
                                                /** @description gap against the required level (score, 0–100) */
                                                gap: number;
                                                business: number | null;
                                                market: number | null;
                                                /** @description open skills that wait for this one (score, 0–100) */
                                                prerequisites: number;
                                                career: number | null;
                                            };
                                            estimatedWeeksToClose: number | null;
                                        }[] | null;
                                        topPriority: string | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                engagement?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        overallScore: number | null;
                                        level: ("high" | "medium" | "low") | null;
                                        trend: ("rising" | "steady" | "falling") | null;
                                        trendPercent: number | null;
                                        parts: {
                                            consistency: number | null;
                                            time: number | null;
                                            quality: number | null;
                                            diversity: number | null;
                                        };
                                        /**
                                         * @description what the parts are measured against
                                         * @enum {string}
                                         */
                                        partsBasis: "fixed_reference" | "peers";
                                        activeDays: number | null;
                                        sessionsPerWeek: number | null;
                                        averageSessionMinutes: number | null;
                                        lastActiveAt: string | null;
                                        byType: {
                                            video: number | null;
                                            reading: number | null;
                                            practice: number | null;
                                            assessment: number | null;
                                            discussion: number | null;
                                        };
                                        weekly: {
                                            /**
                                             * Format: date
                                             * @description Monday of the week (calendar day in the organization’s time zone)
                                             */
                                            weekStart: string;
                                            score: number | null;
                                        }[] | null;
                                        peerPercentile: number | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                mastery?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        overallPercent: number | null;
                                        masteredSkills: number | null;
                                        inProgressSkills: number | null;
                                        skills: {
                                            /** @description a skill */
                                            skillId: string;
                                            skillName: string | null;
                                            masteryPercent: number | null;
                                            level: ("beginner" | "intermediate" | "advanced" | "expert") | null;
                                            /**
                                             * @description how far
                                             * @enum {string}
                                             */
                                            status: "mastered" | "in_progress" | "not_started";
                                            successProbability: number | null;
                                            evidence: number | null;
                                            acquiredAt: string | null;
                                            weeksToMaster: number | null;
                                        }[] | null;
                                        distribution: {
                                            /** @description skills at this level */
                                            beginner: number;
                                            /** @description skills at this level */
                                            intermediate: number;
                                            /** @description skills at this level */
                                            advanced: number;
                                            /** @description skills at this level */
                                            expert: number;
                                        } | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                performance?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        averageScore: number | null;
                                        medianScore: number | null;
                                        trend: ("improving" | "stable" | "declining") | null;
                                        trendPerAttempt: number | null;
                                        assessmentsTaken: number | null;
                                        passRatePercent: {
                                            /** @description share of scored attempts that passed (percent, 0–100) */
                                            value: number;
                                            /** @description share of scored attempts that passed: lower end of the 95 % interval (percent, 0–100) */
                                            low: number;
                                            /** @description share of scored attempts that passed: upper end of the 95 % interval (percent, 0–100) */
                                            high: number;
                                        } | null;
                                        tardiness: {
                                            /** @description assessments that can be judged */
                                            total: number;
                                            /** @description handed in by the due date */
                                            onTime: number;
                                            /** @description handed in after it */
                                            late: number;
                                            /** @description due and not handed in */
                                            missing: number;
                                            /** @description handed in, without a due date */
                                            floating: number;
                                        } | null;
                                        bySkill: {
                                            /** @description a skill */
                                            skillId: string;
                                            skillName: string | null;
                                            averageScore: number | null;
                                            /** @description scores on this skill */
                                            attempts: number;
                                            trend: ("improving" | "stable" | "declining") | null;
                                        }[] | null;
                                        /** @description the ten latest, newest first */
                                        recentScores: {
                                            /** @description an assessment */
                                            assessmentId: string;
                                            /** @description what was reached (score, 0–100) */
                                            score: number;
                                            /**
                                             * Format: date-time
                                             * @description when it was handed in (ISO 8601, UTC)
                                             */
                                            submittedAt: string;
                                        }[] | null;
                                        expectedNextScore: {
                                            /** @description what the next score is expected to be (score, 0–100) */
                                            value: number;
                                            /** @description what the next score is expected to be: lower end of the 95 % interval (score, 0–100) */
                                            low: number;
                                            /** @description what the next score is expected to be: upper end of the 95 % interval (score, 0–100) */
                                            high: number;
                                        } | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                contentEffectiveness?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        byType: {
                                            /**
                                             * @description kind of content
                                             * @enum {string}
                                             */
                                            contentType: "video" | "reading" | "presentation" | "audio" | "code" | "quiz" | "mind_map";
                                            effectivenessScore: number | null;
                                            completionPercent: number | null;
                                            gain: {
                                                /** @description normalised gain, percent of what was left to gain, −100 to 100 */
                                                value: number;
                                                /** @description lower end of the 95 % interval */
                                                low: number;
                                                /** @description upper end of the 95 % interval */
                                                high: number;
                                            } | null;
                                            /** @description different pieces of content seen */
                                            items: number;
                                            minutes: number | null;
                                        }[] | null;
                                        mostEffective: ("video" | "reading" | "presentation" | "audio" | "code" | "quiz" | "mind_map") | null;
                                        leastEffective: ("video" | "reading" | "presentation" | "audio" | "code" | "quiz" | "mind_map") | null;
                                        recommendations: {
                                            /**
                                             * @description what to do
                                             * @enum {string}
                                             */
                                            code: "more_of_most_effective" | "finish_what_is_started" | "try_other_types";
                                            contentType: ("video" | "reading" | "presentation" | "audio" | "code" | "quiz" | "mind_map") | null;
                                        }[] | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                            };
                        };
                        meta: {
                            requestId: string;
                            calculatedAt: string | null;
                            /** @description the worst of the sections; null without any figures */
                            dataSource: components["schemas"]["DataSource"] | null;
                            asOf: string | null;
                            cacheExpiry: string | null;
                            /** @description whether every section is ok */
                            complete: boolean;
                            /** @description one row per service */
                            sources: components["schemas"]["SourceRow"][];
                            /** @description fields begin with the name of their section */
                            missing: components["schemas"]["MissingRow"][];
                        };
                    };
                    "text/event-stream": string;
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "dashboards.trainer": {
        parameters: {
            query?: {
                /** @description comma-separated sections, default all: coursePerformance, courseHealth, studentDistribution, teachingEffectiveness */
                include?: string;
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                trainerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            sections: {
                                coursePerformance?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        totalCourses: number | null;
                                        totalLearners: number | null;
                                        completionPercent: number | null;
                                        averageRating: number | null;
                                        /** @description by course id */
                                        courses: {
                                            /** @description a course of the trainer */
                                            courseId: string;
                                            title: string | null;
                                            enrollments: number | null;
                                            active: number | null;
                                            completions: number | null;
                                            withdrawals: number | null;
                                            completionPercent: number | null;
                                            averageScore: number | null;
                                            medianScore: number | null;
                                            averageRating: number | null;
                                            ratings: number | null;
                                            enrollmentTrend: ("rising" | "steady" | "falling") | null;
                                        }[] | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                courseHealth?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        healthy: number | null;
                                        watch: number | null;
                                        atRisk: number | null;
                                        courses: {
                                            /** @description a course */
                                            courseId: string;
                                            title: string | null;
                                            healthScore: number | null;
                                            status: ("healthy" | "watch" | "at_risk") | null;
                                            parts: {
                                                completion: number | null;
                                                engagement: number | null;
                                                outcomes: number | null;
                                                retention: number | null;
                                                satisfaction: number | null;
                                            };
                                            survival: {
                                                /** @description whole weeks since enrolment, 0–52 */
                                                week: number;
                                                /** @description not withdrawn by the end of the week (Kaplan–Meier) (percent, 0–100) */
                                                remainingPercent: number;
                                            }[] | null;
                                            alerts: {
                                                /**
                                                 * @description what to look at
                                                 * @enum {string}
                                                 */
                                                code: "dropout_spike" | "topic_where_most_stop" | "engagement_falling" | "rating_drop";
                                                /** @description whole weeks since enrolment; of dropout_spike */
                                                week?: number;
                                                topicId?: string | null;
                                                /** @description dropout_spike: hazard of the week (percent); topic_where_most_stop: share of those who stopped (percent); engagement_falling: change (percent, below 0); rating_drop: points of 1–5 */
                                                value: number;
                                            }[] | null;
                                        }[] | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                studentDistribution?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        totalLearners: number | null;
                                        byLevel: {
                                            beginner: number | null;
                                            intermediate: number | null;
                                            advanced: number | null;
                                            expert: number | null;
                                            unknown: number | null;
                                        };
                                        byProgress: {
                                            notStarted: number | null;
                                            inProgress: number | null;
                                            completed: number | null;
                                            withdrawn: number | null;
                                        };
                                        byPerformance: {
                                            struggling: number | null;
                                            onTrack: number | null;
                                            excelling: number | null;
                                            noGradeYet: number | null;
                                        };
                                        /** @description from 0–9 to 90–100 */
                                        scoreHistogram: (number | null)[];
                                        quartiles: {
                                            p25: number | null;
                                            p50: number | null;
                                            p75: number | null;
                                            p90: number | null;
                                        };
                                        attempts: {
                                            one: number | null;
                                            two: number | null;
                                            three: number | null;
                                            fourPlus: number | null;
                                        };
                                        /** @description most reasons first, then longest inactive; at most 20 */
                                        atRisk: {
                                            /** @description a person with at least two reasons */
                                            userId: string;
                                            fullName: string | null;
                                            riskProbability: number | null;
                                            /** @description at least two */
                                            reasons: ("inactive_7_days" | "behind_plan" | "low_scores" | "missing_work")[];
                                        }[] | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                teachingEffectiveness?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        overallScore: number | null;
                                        parts: {
                                            passRate: number | null;
                                            completion: number | null;
                                            learningGain: number | null;
                                            satisfaction: number | null;
                                            firstTryPass: number | null;
                                        };
                                        passRateVsPeers: {
                                            /** @description pass rate less the mean of comparable courses (points) */
                                            delta: number;
                                            percentile: number | null;
                                        } | null;
                                        learningGain: {
                                            /** @description scores after less scores before (pooled standard deviations) */
                                            cohensD: number;
                                            /** @description lower end of the 95 % interval */
                                            low: number;
                                            /** @description upper end of the 95 % interval */
                                            high: number;
                                            /** @description pairs of scores */
                                            n: number;
                                        } | null;
                                        satisfaction: {
                                            average: number | null;
                                            trend: ("improving" | "stable" | "declining") | null;
                                            responses: number | null;
                                        };
                                        /** @description parts of at least 75 */
                                        strengths: ("pass_rate" | "completion" | "learning_gain" | "satisfaction" | "first_try_pass")[] | null;
                                        /** @description parts under 55 */
                                        improvements: ("pass_rate" | "completion" | "learning_gain" | "satisfaction" | "first_try_pass")[] | null;
                                        peers: {
                                            n: number | null;
                                        };
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                            };
                        };
                        meta: {
                            requestId: string;
                            calculatedAt: string | null;
                            /** @description the worst of the sections; null without any figures */
                            dataSource: components["schemas"]["DataSource"] | null;
                            asOf: string | null;
                            cacheExpiry: string | null;
                            /** @description whether every section is ok */
                            complete: boolean;
                            /** @description one row per service */
                            sources: components["schemas"]["SourceRow"][];
                            /** @description fields begin with the name of their section */
                            missing: components["schemas"]["MissingRow"][];
                        };
                    };
                    "text/event-stream": string;
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "dashboards.organization": {
        parameters: {
            query?: {
                /** @description comma-separated sections, default all: learningVelocity, strategicAlignment, departmentAnalytics, learningCulture */
                include?: string;
            };
            header?: never;
            path: {
                /** @description id of the organization */
                orgId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            sections: {
                                learningVelocity?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        overallPace: number | null;
                                        targetPace: number | null;
                                        trend: ("rising" | "steady" | "falling") | null;
                                        onTrackPercent: number | null;
                                        learners: number | null;
                                        active: number | null;
                                        completionWeeks: {
                                            median: number | null;
                                            p90: number | null;
                                        };
                                        departments: {
                                            /** @description a department; unassigned = in none */
                                            departmentId: string;
                                            name: string | null;
                                            pace: number | null;
                                            learners: number | null;
                                            onTrackPercent: number | null;
                                            /** @description true = too few people to be told about */
                                            suppressed: boolean;
                                        }[] | null;
                                        monthly: {
                                            /** @description calendar month (YYYY-MM, in the organization’s time zone) */
                                            month: string;
                                            pace: number | null;
                                        }[] | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                strategicAlignment?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        overallPercent: number | null;
                                        goals: {
                                            /** @description a goal */
                                            goalId: string;
                                            name: string | null;
                                            weight: number | null;
                                            alignmentPercent: number | null;
                                            parts: {
                                                kpi: number | null;
                                                skillCoverage: number | null;
                                                compliance: number | null;
                                            };
                                            aligned: number | null;
                                            total: number | null;
                                            status: ("aligned" | "partly_aligned" | "off_track") | null;
                                        }[] | null;
                                        criticalGaps: {
                                            /** @description a skill */
                                            skillId: string;
                                            name: string | null;
                                            /** @description levels lacking per learner */
                                            shortfall: number;
                                        }[] | null;
                                        estimatedWeeksToClose: number | null;
                                        actions: {
                                            /**
                                             * @description what to do
                                             * @enum {string}
                                             */
                                            code: "train_skill" | "finish_assigned_courses" | "review_goal";
                                            skillId: string | null;
                                            people: number | null;
                                        }[] | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                departmentAnalytics?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        departments: {
                                            /** @description a department; unassigned = in none */
                                            departmentId: string;
                                            name: string | null;
                                            learners: number | null;
                                            completionPercent: number | null;
                                            engagementScore: number | null;
                                            averageScore: number | null;
                                            skillsCovered: number | null;
                                            trend: ("rising" | "steady" | "falling") | null;
                                            /** @description true = too few people to be told about */
                                            suppressed: boolean;
                                        }[] | null;
                                        comparison: {
                                            highestEngagement: string | null;
                                            lowestEngagement: string | null;
                                            mostImproved: string | null;
                                        } | null;
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                                learningCulture?: {
                                    /** @enum {string} */
                                    status: "ok" | "partial" | "unavailable" | "denied";
                                    data: {
                                        overallScore: number | null;
                                        parts: {
                                            voluntaryParticipation: number | null;
                                            voluntaryCompletion: number | null;
                                            knowledgeSharing: number | null;
                                            mentoring: number | null;
                                            continuity: number | null;
                                        };
                                        indicators: {
                                            /**
                                             * @description a part
                                             * @enum {string}
                                             */
                                            code: "voluntary_participation" | "voluntary_completion" | "knowledge_sharing" | "mentoring" | "continuity";
                                            score: number | null;
                                            trend: ("rising" | "steady" | "falling") | null;
                                        }[];
                                        history: {
                                            /** @description calendar month (YYYY-MM, in the organization’s time zone) */
                                            month: string;
                                            score: number | null;
                                        }[];
                                    } | null;
                                    meta: components["schemas"]["SectionMeta"] | null;
                                    error?: components["schemas"]["ErrorSummary"];
                                };
                            };
                        };
                        meta: {
                            requestId: string;
                            calculatedAt: string | null;
                            /** @description the worst of the sections; null without any figures */
                            dataSource: components["schemas"]["DataSource"] | null;
                            asOf: string | null;
                            cacheExpiry: string | null;
                            /** @description whether every section is ok */
                            complete: boolean;
                            /** @description one row per service */
                            sources: components["schemas"]["SourceRow"][];
                            /** @description fields begin with the name of their section */
                            missing: components["schemas"]["MissingRow"][];
                        };
                    };
                    "text/event-stream": string;
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "me.preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    leaderboardPrivacy?: "public" | "anonymous" | "hidden";
                    predictiveAnalytics?: boolean;
                    aiNarratives?: boolean;
                    timeZone?: string | null;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /**
                             * @description public = by name, anonymous = without a name, hidden = in nobody’s view and in no count
                             * @enum {string}
                             */
                            leaderboardPrivacy: "public" | "anonymous" | "hidden";
                            /** @description false = predictions about one are shown to nobody but oneself; what can be seen today still is */
                            predictiveAnalytics: boolean;
                            /** @description whether a language model may put figures about this person into words */
                            aiNarratives: boolean;
                            /** @description IANA name; null = the organization’s */
                            timeZone: string | null;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "me.export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            userId: string;
                            /**
                             * Format: date-time
                             * @description when this was read
                             */
                            exportedAt: string;
                            /** @description what is kept → its rows; what nothing is kept of is left out. No hash of anything is in it */
                            sections: {
                                [key: string]: {
                                    [key: string]: unknown;
                                }[];
                            };
                            /** @description what has happened to the person, the oldest first */
                            events: {
                                [key: string]: unknown;
                            }[];
                            /** @description that what happened to others names the person, without what it says of them */
                            mentions: {
                                [key: string]: unknown;
                            }[];
                            /** @description services that keep more of the person; what is theirs they are asked for themselves */
                            keptElsewhere: ("auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag")[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "me.erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the id of the person who is erased, so that it does not happen by accident */
                    confirm: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @constant */
                            erased: true;
                            /** @description what proves the erasure; who it was cannot be told from it */
                            proofId: string;
                            /**
                             * Format: date-time
                             * @description when it was done; the first time, when it is asked for again
                             */
                            erasedAt: string;
                            /** @description services that keep more of the person; what is theirs they are asked for themselves */
                            keptElsewhere: ("auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag")[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            userId: string;
                            /**
                             * Format: date-time
                             * @description when this was read
                             */
                            exportedAt: string;
                            /** @description what is kept → its rows; what nothing is kept of is left out. No hash of anything is in it */
                            sections: {
                                [key: string]: {
                                    [key: string]: unknown;
                                }[];
                            };
                            /** @description what has happened to the person, the oldest first */
                            events: {
                                [key: string]: unknown;
                            }[];
                            /** @description that what happened to others names the person, without what it says of them */
                            mentions: {
                                [key: string]: unknown;
                            }[];
                            /** @description services that keep more of the person; what is theirs they are asked for themselves */
                            keptElsewhere: ("auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag")[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "people.erase": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description the id of the person who is erased, so that it does not happen by accident */
                    confirm: string;
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @constant */
                            erased: true;
                            /** @description what proves the erasure; who it was cannot be told from it */
                            proofId: string;
                            /**
                             * Format: date-time
                             * @description when it was done; the first time, when it is asked for again
                             */
                            erasedAt: string;
                            /** @description services that keep more of the person; what is theirs they are asked for themselves */
                            keptElsewhere: ("auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag")[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "audit.entries": {
        parameters: {
            query?: {
                /** @description whose log it is; default: the caller’s own */
                organizationId?: string;
                /** @description most entries of one page */
                limit?: number;
                /** @description nextCursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            organizationId: string;
                            entries: {
                                id: string;
                                /** Format: date-time */
                                occurredAt: string;
                                /** @description null = the system, or somebody who was erased */
                                actorId: string | null;
                                action: string;
                                subjectKind: string | null;
                                /** @description null = of nobody, of somebody who was erased, or of whom somebody was told that there is no such subject: it may be another organization’s */
                                subjectId: string | null;
                                /** @enum {string} */
                                outcome: "done" | "denied" | "failed";
                                requestId: string | null;
                                detail: {
                                    [key: string]: unknown;
                                };
                            }[];
                            /** @description null = this is the last page */
                            nextCursor: string | null;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "gamification.points": {
        parameters: {
            query?: never;
            header: {
                /** @description the caller’s own name for this command; the same one with the same body is answered as it was, for a day */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    userId: string;
                    /**
                     * @description course 100, skill 50, practice 10, streak_day 10 points; assessment = the learner’s score of it
                     * @enum {string}
                     */
                    source: "course" | "skill" | "assessment" | "practice" | "streak_day";
                    /** @description id of the course, skill, assessment or practice session; of a streak_day the day, YYYY-MM-DD */
                    reference: string;
                    /**
                     * Format: date-time
                     * @description when it was earned; not in the future
                     */
                    occurredAt: string;
                };
            };
        };
        responses: {
            /** @description It was there already; nothing was changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description the line of the ledger, also when the same thing was awarded before */
                            entry: {
                                userId: string;
                                /** @enum {string} */
                                source: "course" | "skill" | "assessment" | "practice" | "streak_day";
                                reference: string;
                                /** @description points, with what was left of the 1,000 of its day */
                                points: number;
                                /**
                                 * Format: date-time
                                 * @description when it was earned
                                 */
                                occurredAt: string;
                            };
                            /** @description those that were not kept as earned before */
                            achievements: {
                                id: string;
                                code: string;
                                /** @enum {string} */
                                tier: "bronze" | "silver" | "gold" | "platinum";
                                /**
                                 * Format: date-time
                                 * @description when it was earned
                                 */
                                earnedAt: string;
                            }[];
                            /** @description points in the ledger of the person */
                            totalPoints: number;
                        };
                        meta: {
                            requestId: string;
                            /**
                             * @description mock = awarded to somebody of the sample world, in memory; else realtime
                             * @enum {string}
                             */
                            dataSource: "realtime" | "cached" | "stale" | "mock";
                        };
                    };
                };
            };
            /** @description Created */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description the line of the ledger, also when the same thing was awarded before */
                            entry: {
                                userId: string;
                                /** @enum {string} */
                                source: "course" | "skill" | "assessment" | "practice" | "streak_day";
                                reference: string;
                                /** @description points, with what was left of the 1,000 of its day */
                                points: number;
                                /**
                                 * Format: date-time
                                 * @description when it was earned
                                 */
                                occurredAt: string;
                            };
                            /** @description those that were not kept as earned before */
                            achievements: {
                                id: string;
                                code: string;
                                /** @enum {string} */
                                tier: "bronze" | "silver" | "gold" | "platinum";
                                /**
                                 * Format: date-time
                                 * @description when it was earned
                                 */
                                earnedAt: string;
                            }[];
                            /** @description points in the ledger of the person */
                            totalPoints: number;
                        };
                        meta: {
                            requestId: string;
                            /**
                             * @description mock = awarded to somebody of the sample world, in memory; else realtime
                             * @enum {string}
                             */
                            dataSource: "realtime" | "cached" | "stale" | "mock";
                        };
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description CONFLICT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INSUFFICIENT_DATA UNPROCESSABLE */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "jobs.latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            jobs: {
                                id: string;
                                name: string;
                                /**
                                 * @description queued also after a failure that is followed by another try
                                 * @enum {string}
                                 */
                                state: "queued" | "running" | "done" | "failed";
                                /** @description how much is done; what is counted depends on the job */
                                done: number;
                                /** @description null = not known */
                                total: number | null;
                                /** @description null = not yet */
                                startedAt: string | null;
                                /** @description null = not yet */
                                finishedAt: string | null;
                                attempts: number;
                                /** @description what kind of thing went wrong last */
                                failure: string | null;
                            }[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "jobs.run": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            id: string;
                            name: string;
                            /**
                             * @description queued also after a failure that is followed by another try
                             * @enum {string}
                             */
                            state: "queued" | "running" | "done" | "failed";
                            /** @description how much is done; what is counted depends on the job */
                            done: number;
                            /** @description null = not known */
                            total: number | null;
                            /** @description null = not yet */
                            startedAt: string | null;
                            /** @description null = not yet */
                            finishedAt: string | null;
                            attempts: number;
                            /** @description what kind of thing went wrong last */
                            failure: string | null;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reports.order": {
        parameters: {
            query?: never;
            header: {
                /** @description the caller’s own name for this order; the same one with the same body is answered with the same report for as long as that is kept */
                "Idempotency-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description whom it is about
                     * @enum {string}
                     */
                    type: "learner" | "trainer" | "organization";
                    /** @description id of the subject; `me` = the caller */
                    subjectId: string;
                    /** @enum {string} */
                    format: "html" | "pdf" | "csv" | "xlsx" | "json";
                    /**
                     * @description of all words; figures and names are what they are
                     * @default en
                     * @enum {string}
                     */
                    language?: "en" | "he" | "ar";
                    /** @description one of the trainer’s courses; default: all of them */
                    courseId?: string;
                    /**
                     * Format: date
                     * @description first day of the figures that take a period; with endDate
                     */
                    startDate?: string;
                    /**
                     * Format: date
                     * @description last day, at most 366 days in all
                     */
                    endDate?: string;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            reportId: string;
                            /** @enum {string} */
                            status: "queued" | "running" | "ready" | "failed";
                            /** @description where to ask how far it is, without the host */
                            statusUrl: string;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description CONFLICT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNPROCESSABLE */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reports.show": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            reportId: string;
                            /** @enum {string} */
                            type: "learner" | "trainer" | "organization";
                            subjectId: string;
                            /** @enum {string} */
                            format: "html" | "pdf" | "csv" | "xlsx" | "json";
                            /** @enum {string} */
                            language: "en" | "he" | "ar";
                            /** @enum {string} */
                            status: "queued" | "running" | "ready" | "failed";
                            /** @description parts that are done; null = not begun */
                            progress: {
                                jobId: string;
                                done: number;
                                total: number | null;
                            } | null;
                            /** @description a code; null = nothing went wrong */
                            failure: string | null;
                            /** @description of all that the figures were read from; null = not ready */
                            inputDigest: string | null;
                            /** @description of the oldest input; null = not ready */
                            asOf: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /**
                             * Format: date-time
                             * @description then the report and its file are deleted
                             */
                            expiresAt: string;
                            /** @description a new link with every answer, which ends the one before; null = not ready */
                            download: {
                                /** @description without the host; works once */
                                url: string;
                                /** Format: date-time */
                                expiresAt: string;
                            } | null;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reports.delete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            reportId: string;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "reports.download": {
        parameters: {
            query: {
                token: string;
            };
            header?: never;
            path: {
                /** @description id of the subject; `me` = the caller */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html; charset=utf-8": string;
                    "application/pdf": string;
                    "text/csv; charset=utf-8": string;
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": string;
                    "application/json; charset=utf-8": string;
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description METHOD_NOT_ALLOWED */
            405: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "me.weekly-report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description null = there is none */
                            schedule: {
                                /** @enum {string} */
                                format: "html" | "pdf" | "csv" | "xlsx" | "json";
                                /** @enum {string} */
                                language: "en" | "he" | "ar";
                                courseId: string | null;
                                weekday: number;
                                hour: number;
                                /** @description IANA time zone: the trainer’s own choice, else the organization’s */
                                zone: string;
                                /** @enum {string} */
                                delivery: "none" | "email" | "webhook";
                            } | null;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "me.weekly-report.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    format: "html" | "pdf" | "csv" | "xlsx" | "json";
                    /**
                     * @description of all words; figures and names are what they are
                     * @default en
                     * @enum {string}
                     */
                    language?: "en" | "he" | "ar";
                    /** @description one of the trainer’s courses; default: all of them */
                    courseId?: string;
                    /** @description ISO: 1 = Monday … 7 = Sunday */
                    weekday: number;
                    /** @description by the clock where the trainer is */
                    hour: number;
                    /**
                     * @description where it goes; none = it waits to be fetched, and the live event report_ready tells of it
                     * @default none
                     * @enum {string}
                     */
                    delivery?: "none" | "email" | "webhook";
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description null = there is none */
                            schedule: {
                                /** @enum {string} */
                                format: "html" | "pdf" | "csv" | "xlsx" | "json";
                                /** @enum {string} */
                                language: "en" | "he" | "ar";
                                courseId: string | null;
                                weekday: number;
                                hour: number;
                                /** @description IANA time zone: the trainer’s own choice, else the organization’s */
                                zone: string;
                                /** @enum {string} */
                                delivery: "none" | "email" | "webhook";
                            } | null;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "me.weekly-report.end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @description null = there is none */
                            schedule: {
                                /** @enum {string} */
                                format: "html" | "pdf" | "csv" | "xlsx" | "json";
                                /** @enum {string} */
                                language: "en" | "he" | "ar";
                                courseId: string | null;
                                weekday: number;
                                hour: number;
                                /** @description IANA time zone: the trainer’s own choice, else the organization’s */
                                zone: string;
                                /** @enum {string} */
                                delivery: "none" | "email" | "webhook";
                            } | null;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "webhooks.receive": {
        parameters: {
            query?: never;
            header: {
                /** @description when it was sent, epoch seconds; at most 5 minutes away */
                "X-Webhook-Timestamp": string;
                /** @description v2=<hex HMAC-SHA256 of v2, timestamp, delivery id and the body as it is sent, joined by full stops>, or v1 over timestamp and body alone, where equal bodies of one second are one message; several separated by commas while a secret is replaced */
                "X-Webhook-Signature": string;
                /** @description the sender’s id of this delivery, the same when it is sent again */
                "X-Webhook-Id": string;
            };
            path: {
                /** @description which service it is */
                service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookMessage"];
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @constant */
                            accepted: true;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description CONFLICT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "analytics.refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    subject: {
                        /** @enum {string} */
                        kind: "learner" | "trainer" | "organization";
                        /** @description id of the subject; `me` = the caller */
                        id: string;
                    };
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            subject: {
                                /** @enum {string} */
                                kind: "learner" | "trainer" | "organization";
                                id: string;
                            };
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events: {
        parameters: {
            query?: never;
            header?: {
                /** @description id of the last event that arrived; what came after it is sent first */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description This is switched off for this subject’s organization, or for this subject; asking again is of no use. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "metrics.definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            metrics: {
                                id: string;
                                version: number;
                                summary: string;
                                path: string;
                                formula: string;
                                unit: string;
                                population: string;
                                nullRule: string;
                                /** @description services that are read */
                                sources: ("auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag")[];
                                figures: {
                                    field: string;
                                    description: string;
                                    /** @description the words it can be */
                                    values?: string[];
                                }[];
                            }[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    demo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            people: {
                                email: string;
                                /** @description no secret: it opens nothing but sample data */
                                password: string;
                                roles: ("learner" | "trainer" | "org_admin" | "admin")[];
                            }[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "integration.health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            healthy: boolean;
                            services: {
                                /** @enum {string} */
                                service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
                                /**
                                 * @description not_configured = it was not asked
                                 * @enum {string}
                                 */
                                outcome: "ok" | "unavailable" | "timeout" | "invalid_response" | "not_found" | "rejected" | "cancelled" | "not_configured";
                                /** @description null = it was not asked */
                                ms: number | null;
                            }[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "integration.status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            services: {
                                /** @enum {string} */
                                service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
                                /** @description its last good answer; null = none yet */
                                asOf: string | null;
                                ageSeconds: number | null;
                                /** @description the longest that its figures count as fresh; null = no figure rests on it */
                                promiseSeconds: number | null;
                                /**
                                 * @description idle = older than promised, but nobody has asked since; late = older than promised, and it fails; unknown = never asked
                                 * @enum {string}
                                 */
                                status: "kept" | "idle" | "late" | "unknown" | "not_configured";
                                configured: boolean;
                                /** @enum {string} */
                                breaker: "closed" | "half_open" | "open";
                                running: number;
                                waiting: number;
                            }[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "integration.metrics": {
        parameters: {
            query?: {
                timeframe?: "1h" | "24h" | "7d";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /**
                             * @default 1h
                             * @enum {string}
                             */
                            timeframe: "1h" | "24h" | "7d";
                            /**
                             * Format: date-time
                             * @description from when on the figures are known: later than the timeframe begins when nobody saw the rest
                             */
                            since: string;
                            /** @description false = of the process that answers alone */
                            shared: boolean;
                            services: {
                                /** @enum {string} */
                                service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
                                calls: number;
                                /** @description no 404s, and none whose caller left */
                                failures: number;
                                retries: number;
                                /** @description null = nobody asked */
                                failurePercent: number | null;
                                p50Ms: number | null;
                                p95Ms: number | null;
                            }[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "integration.mockData": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description which service it is */
                service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @enum {string} */
                            service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
                            /** @constant */
                            dataSource: "mock";
                            /** Format: date-time */
                            asOf: string;
                            /** @description of one learner or organization of the sample world */
                            value: unknown;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No such subject in the caller’s organization. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "integration.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @enum {string} */
                            service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
                            /**
                             * @description not_configured = it was not asked
                             * @enum {string}
                             */
                            outcome: "ok" | "unavailable" | "timeout" | "invalid_response" | "not_found" | "rejected" | "cancelled" | "not_configured";
                            /** @description null = it was not asked */
                            ms: number | null;
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "integration.resetBreaker": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
                };
            };
        };
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @enum {string} */
                            service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
                            /** @enum {string} */
                            before: "closed" | "half_open" | "open";
                            /** @enum {string} */
                            breaker: "closed" | "half_open" | "open";
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No token, or one that is not valid any more. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The caller may not do this, or not see this subject. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description PAYLOAD_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description UNSUPPORTED_MEDIA_TYPE */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. UPSTREAM_UNAVAILABLE */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    "status.freshness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            sources: {
                                /** @enum {string} */
                                service: "auth" | "directory" | "courses" | "content" | "assessment" | "skills" | "learnerAi" | "devlab" | "rag";
                                /** @description its last good answer; null = none yet */
                                asOf: string | null;
                                ageSeconds: number | null;
                                /** @description the longest that its figures count as fresh; null = no figure rests on it */
                                promiseSeconds: number | null;
                                /**
                                 * @description idle = older than promised, but nobody has asked since; late = older than promised, and it fails; unknown = never asked
                                 * @enum {string}
                                 */
                                status: "kept" | "idle" | "late" | "unknown" | "not_configured";
                            }[];
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OK */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        success: true;
                        data: {
                            /** @constant */
                            status: "ok";
                        };
                        meta: components["schemas"]["PlainMeta"];
                    };
                };
            };
            /** @description Some fields are not valid; details name every one of them. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many requests; Retry-After says when to come back. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description INTERNAL_ERROR */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description There is more to do than can be done now; Retry-After says when to come back. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
